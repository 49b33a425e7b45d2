import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from '../load/fleet.ts';
import { atRate } from '../load/pace.ts';
import { leaveRows, onlineRow } from '../presence-rows.ts';
import type { Row, Scenario, ScenarioContext } from '../scenario.ts';
import { pick } from '../seeded-random.ts';
import { boundRow, Stage, verdictRows } from '../stage.ts';

const FULL = { clients: 5000, rooms: 50, expressPerSec: 50, roomPerSec: 20 };
const SHORT = { clients: 200, rooms: 8, expressPerSec: 20, roomPerSec: 10 };
const RULES = { settleMs: 8000, lateMs: 20_000, areRoomsOwed: true, mayOwnersDie: false };
const BACK_WITHIN_MS = 10_000;
/** Of the drained node's clients, in a second. Any three seconds touch four rounds of one at most. */
const PACED_SHARE = 0.1;
const SPAN = { seconds: 3, rounds: 4 };
const DRAIN_WITHIN_MS = 60_000;

/** A third of all clients have to find another node: at once when theirs is killed, in paced rounds when it is drained. */
export const avalanche: Scenario = {
  name: 'avalanche',
  about: 'one of three access nodes killed, then one drained, with everybody connected',
  run: runAvalanche,
};

async function runAvalanche(context: ScenarioContext): Promise<readonly Row[]> {
  const { isShort, note } = context;
  const size = isShort ? SHORT : FULL;
  const stage = new Stage(context, 'avalanche');
  try {
    await stage.events.start();
    const fleet = stage.fleet();
    note(`${size.clients} clients enter`);
    const specs = stage.specs(size.clients).map((spec, index) => ({
      ...spec,
      rooms: [stage.id(`room${index % size.rooms}`)],
    }));
    await fleet.enter(specs, 120_000);
    const ending = new AbortController();
    const pushes = pushAll(stage, { size, fleet, signal: ending.signal });
    await delay(2000);
    const rows = [...(await kill(context, fleet, stage)), ...(await drain(context, fleet, stage))];
    ending.abort();
    await pushes;
    await fleet.untilAllIn(30_000);
    await delay(RULES.settleMs);
    const verdict = await stage.settle(RULES, 30_000);
    return [
      ...rows,
      ...verdictRows(verdict, 'avalanche'),
      boundRow('avalanche: resumes answered with recovered:false', fleet.gaps, { most: 0, unit: '' }),
      await onlineRow(stage, 'avalanche'),
      ...(await leaveRows(stage, context, 'avalanche')),
    ];
  } finally {
    await stage.close();
  }
}

async function pushAll(
  stage: Stage,
  { size, fleet, signal }: { size: typeof FULL; fleet: Fleet; signal: AbortSignal },
): Promise<void> {
  const { business, history, random } = stage;
  const forMs = 600_000;
  await Promise.all([
    atRate({ perSec: size.expressPerSec, forMs, signal }, () => {
      const { userId = '' } = pick(random, fleet.members).spec;
      return business.push(history, { target: { kind: 'user', userId } });
    }),
    atRate({ perSec: size.roomPerSec, forMs, signal }, (index) =>
      business.push(history, { target: { kind: 'room', roomId: stage.id(`room${index % size.rooms}`) } }),
    ),
  ]);
}

async function kill({ topology, note }: ScenarioContext, fleet: Fleet, stage: Stage): Promise<readonly Row[]> {
  const name = 'access-1';
  const hit = fleet.members.filter(({ client }) => client.nodeId === name);
  note(`kill ${name} with ${hit.length} clients`);
  const killedMs = stage.now();
  topology.process(name).kill();
  await delay(500);
  await fleet.untilAllIn(60_000);
  const backMs = Math.max(0, ...hit.map(({ record }) => (record.stays.at(-1)?.fromMs ?? killedMs) - killedMs));
  await topology.untilHealthy();
  return [
    { check: 'kill: clients of the killed node', measured: String(hit.length), wanted: 'some', isMet: hit.length > 0 },
    boundRow('kill: all of them back', backMs / 1000, { most: BACK_WITHIN_MS / 1000, unit: 's' }),
  ];
}

async function drain({ note }: ScenarioContext, fleet: Fleet, stage: Stage): Promise<readonly Row[]> {
  const name = 'access-2';
  const hit = fleet.members.filter(({ client }) => client.nodeId === name);
  note(`drain ${name} with ${hit.length} clients`);
  const fromMs = stage.now();
  const answer = await stage.business.api.control('POST', `/v1/admin/nodes/${name}/drain`);
  const isLeft = (): boolean => hit.every(({ client }) => client.isIn && client.nodeId !== name);
  while (!isLeft() && stage.now() - fromMs < DRAIN_WITHIN_MS) await delay(50);
  const moved = hit.filter(({ client }) => client.nodeId !== name).length;
  const worst = busiestSpan(fleet.dialsMs.filter((atMs) => atMs >= fromMs));
  const most = Math.max(20, Math.ceil(SPAN.rounds * PACED_SHARE * hit.length));
  await stage.business.api.control('POST', `/v1/admin/nodes/${name}/restore`);
  return [
    { check: 'drain: accepted', measured: String(answer.status), wanted: '200', isMet: answer.status === 200 },
    {
      check: 'drain: moved to other nodes',
      measured: `${moved} of ${hit.length}`,
      wanted: 'all',
      isMet: moved === hit.length,
    },
    boundRow('drain: most reconnecting in any 3 s', worst, { most, unit: 'clients' }),
  ];
}

function busiestSpan(timesMs: readonly number[]): number {
  const sorted = timesMs.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  sorted.forEach((atMs, index) => {
    while ((sorted[first] ?? atMs) < atMs - 1000 * SPAN.seconds) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
