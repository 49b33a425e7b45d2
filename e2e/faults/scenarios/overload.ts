import { setTimeout as delay } from 'node:timers/promises';
import { MemoryWatch } from '../memory-watch.ts';
import { flood } from '../load/flood.ts';
import { cmdOf, FLOOD_CMDS } from '../load/flood-mix.ts';
import type { FloodReport } from '../load/flood-worker.ts';
import type { Fleet } from '../load/fleet.ts';
import { atRate } from '../load/pace.ts';
import { onlineRow } from '../presence-rows.ts';
import type { Row, Scenario, ScenarioContext } from '../scenario.ts';
import { pick } from '../seeded-random.ts';
import { boundRow, Stage, verdictRows } from '../stage.ts';

const FULL = { clients: 200, forMs: 30_000, expressPerSec: 30 };
const SHORT = { clients: 40, forMs: 5000, expressPerSec: 20 };
const RULES = { settleMs: 5000, lateMs: 5000, areRoomsOwed: false, mayOwnersDie: false };
/** Below this, twice as slow is the scheduling of a busy machine and not the queue behind bulk that is looked for. */
const LEAST_P99_MS = { full: 150, short: 750 };
/** The flood warms up before express is measured. */
const WARM_UP_MS = 1000;
/** So low that ten times as much is not what a small machine spends all its time on: the rule is tested, not the CPU. */
const ALLOWED_PER_SEC = 50;
/** What one service process lets through: beyond both is refused, between the two rates is sampled. */
const DOOR_PER_SEC = 150;
/** Of a class that is sampled, this much may still come: a burst passes whole. */
const MOST_SAMPLED = 0.6;
const MOST_MIB = 200;
const PAD_BYTES = 500;

/** A room is pushed at far more than is allowed: it is sampled or refused, and express does not feel it. */
export const overload: Scenario = {
  name: 'overload',
  about: 'a room pushed at ten times what is allowed while express messages go on',
  run: runOverload,
};

async function runOverload(context: ScenarioContext): Promise<readonly Row[]> {
  const { topology, isShort, note } = context;
  const size = isShort ? SHORT : FULL;
  await topology.reconfigure('service', { LONGWIRE_SERVICE_ROOM_RATE: String(DOOR_PER_SEC) });
  await topology.reconfigure('dispatch', { LONGWIRE_DISPATCH_ROOM_RATE: String(ALLOWED_PER_SEC) });
  const idle = await runPhase(context, { size, isLoaded: false });
  const memory = new MemoryWatch(topology);
  note('now with ten times as many room messages as are allowed');
  const loaded = await runPhase(context, { size, isLoaded: true });
  await topology.reconfigure('service', { LONGWIRE_SERVICE_ROOM_RATE: String(context.roomRate) });
  await topology.reconfigure('dispatch', { LONGWIRE_DISPATCH_ROOM_RATE: '2000' });
  const most = Math.round(Math.max(isShort ? LEAST_P99_MS.short : LEAST_P99_MS.full, 2 * idle.p99));
  return [
    ...idle.rows,
    ...loaded.rows,
    boundRow('overload: p99 of express', loaded.p99, { most, unit: 'ms (twice the idle one)' }),
    memory.row('overload', MOST_MIB),
  ];
}

interface Phase {
  readonly p99: number;
  readonly rows: readonly Row[];
}

async function runPhase(
  context: ScenarioContext,
  { size, isLoaded }: { readonly size: typeof FULL; readonly isLoaded: boolean },
): Promise<Phase> {
  const what = isLoaded ? 'overload' : 'overload, idle before';
  const stage = new Stage(context, isLoaded ? 'overload' : 'idle');
  try {
    const fleet = stage.fleet();
    const roomId = stage.id('room');
    await fleet.enter(stage.specs(size.clients, { rooms: [roomId] }));
    const { topology } = context;
    const spec = { roomId, perSec: 10 * ALLOWED_PER_SEC, forMs: size.forMs + 2 * WARM_UP_MS, padBytes: PAD_BYTES };
    const flooding = isLoaded ? flood(stage, topology, spec) : undefined;
    await delay(WARM_UP_MS);
    await pushExpress(stage, fleet, size);
    const flooded = await flooding;
    await delay(1000);
    const verdict = await stage.settle(RULES, 20_000);
    const rows = [...verdictRows(verdict, what), await onlineRow(stage, what)];
    return {
      p99: stage.delayP99('express'),
      rows: flooded === undefined ? rows : [...rows, ...floodRows(stage, flooded)],
    };
  } finally {
    await stage.close();
  }
}

const pushExpress = ({ business, history, random }: Stage, fleet: Fleet, size: typeof FULL): Promise<number> =>
  atRate({ perSec: size.expressPerSec, forMs: size.forMs }, () => {
    const { userId = '' } = pick(random, fleet.members).spec;
    return business.push(history, { target: { kind: 'user', userId } });
  });

/** What became of the room's messages: refused at the door, and of those taken the gifts kept and the likes first to go. */
function floodRows(stage: Stage, { started, accepted, limited }: FloodReport): readonly Row[] {
  const [viewer] = stage.history.clients;
  const seen = new Set<number>();
  for (let row = 0; viewer !== undefined && row < viewer.seen.size; row += 1) seen.add(viewer.seen.pushAt(row));
  const shareOf = (cmd: string): number => {
    const taken = accepted.filter((push) => cmdOf(push) === cmd);
    return taken.filter((push) => seen.has(push)).length / Math.max(1, taken.length);
  };
  const { gift, barrage, like } = FLOOD_CMDS;
  const [gifts, texts, likes] = [shareOf(gift), shareOf(barrage), shareOf(like)];
  const shares = [gifts, texts, likes].map((share) => `${Math.round(100 * share)}%`).join(' / ');
  return [
    {
      check: 'overload: room messages',
      measured: `${started} asked, ${accepted.length} accepted, ${limited} answered 429`,
      wanted: 'refused at the door',
      isMet: limited > 0,
    },
    {
      check: 'overload: of the accepted, gifts / barrage / likes that a viewer got',
      measured: shares,
      wanted: 'all gifts, the others sampled, likes first to go',
      isMet: gifts === 1 && texts <= MOST_SAMPLED && likes <= texts,
    },
  ];
}
