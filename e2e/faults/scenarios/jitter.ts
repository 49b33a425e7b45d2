import { atRate } from '../load/pace.ts';
import { leaveRows, onlineRow } from '../presence-rows.ts';
import type { Row, Scenario, ScenarioContext } from '../scenario.ts';
import { between } from '../seeded-random.ts';
import { boundRow, Stage, verdictRows } from '../stage.ts';

const FULL = { clients: 500, forMs: 60_000, cutEveryMs: 15_000, perSec: [2, 200] };
const SHORT = { clients: 40, forMs: 8000, cutEveryMs: 5000, perSec: [2, 100] };
const CUT_MS = 2000;
const RULES = { settleMs: 6000, lateMs: 15_000, areRoomsOwed: true, mayOwnersDie: false };

/** Every client's network goes away again and again; the room goes on, and nobody misses anything. */
export const jitteringNetworks: Scenario = {
  name: 'jitter',
  about: 'every client cut hard for 2 s again and again while its room is pushed to',
  run: async (context) => {
    const size = context.isShort ? SHORT : FULL;
    const rows: Row[] = [];
    for (const perSec of size.perSec) rows.push(...(await runAt(context, perSec, size)));
    return rows;
  },
};

async function runAt(context: ScenarioContext, perSec: number, size: typeof FULL): Promise<readonly Row[]> {
  const what = `jitter, ${perSec}/s`;
  const stage = new Stage(context, `jitter${perSec}`);
  try {
    await stage.events.start();
    const fleet = stage.fleet();
    const roomId = stage.id('room');
    context.note(`${size.clients} clients, ${perSec} messages a second`);
    await fleet.enter(stage.specs(size.clients, { rooms: [roomId] }));
    const cutters = fleet.members.map(({ client }) => {
      let timer = setTimeout(cut, between(stage.random, 0, size.cutEveryMs));
      function cut(): void {
        client.loseNetwork(CUT_MS);
        timer = setTimeout(cut, size.cutEveryMs * between(stage.random, 0.8, 1.2));
      }
      return () => clearTimeout(timer);
    });
    await atRate({ perSec, forMs: size.forMs }, () =>
      stage.business.push(stage.history, { target: { kind: 'room', roomId } }),
    );
    for (const stop of cutters) stop();
    await fleet.untilAllIn(20_000);
    // Messages pushed before this moment are due; this many ms are the settling time that the rules leave out.
    await new Promise((resolve) => setTimeout(resolve, RULES.settleMs));
    const verdict = await stage.settle(RULES, 15_000);
    const cuts = fleet.members.reduce((sum, { record }) => sum + record.stays.length - 1, 0);
    return [
      ...verdictRows(verdict, what),
      { check: `${what}: reconnects`, measured: String(cuts), wanted: 'some', isMet: cuts > 0 },
      boundRow(`${what}: resumes answered with recovered:false`, fleet.gaps, { most: 0, unit: '' }),
      await onlineRow(stage, what),
      ...(await leaveRows(stage, context, what)),
    ];
  } finally {
    await stage.close();
  }
}
