import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from '../load/fleet.ts';
import { atRate } from '../load/pace.ts';
import { enterRow, leaveRows, onlineRow } from '../presence-rows.ts';
import type { Row, Scenario, ScenarioContext } from '../scenario.ts';
import { pick } from '../seeded-random.ts';
import { boundRow, Stage, verdictRows } from '../stage.ts';

const FULL = { clients: 200, expressPerSec: 20, awayMs: 10_000 };
const SHORT = { clients: 40, expressPerSec: 10, awayMs: 3000 };
const RULES = { settleMs: 10_000, lateMs: 30_000, areRoomsOwed: false, mayOwnersDie: false };
const READY_WITHIN_MS = 15_000;

/** NATS away, Redis away, Redis back with nothing: the system is ready again by itself, and express is intact. */
export const brokersGone: Scenario = {
  name: 'brokers',
  about: 'NATS gone and back, Redis gone and back, Redis back empty',
  run: runBrokers,
};

async function runBrokers(context: ScenarioContext): Promise<readonly Row[]> {
  const { topology, isShort } = context;
  const size = isShort ? SHORT : FULL;
  const stage = new Stage(context, 'brokers');
  try {
    await stage.events.start();
    const fleet = stage.fleet();
    await fleet.enter(stage.specs(size.clients, { rooms: [stage.id('room')] }));
    const ending = new AbortController();
    const pushes = pushExpress(stage, fleet, { perSec: size.expressPerSec, signal: ending.signal });
    const away = async (what: string, names: readonly string[]): Promise<readonly Row[]> =>
      bringBack(context, stage, { what, names, awayMs: size.awayMs });
    const rows = [
      ...(await away('all NATS servers gone', topology.namesOf('nats'))),
      ...(await away('Redis gone', ['redis'])),
    ];
    rows.push(await enterRow(stage, context, 'brokers, before Redis is emptied'));
    await topology.emptyRedis();
    // Its log is gone with the rest: everybody who is in enters anew, once.
    stage.events.forget();
    rows.push(...(await away('Redis gone and back empty', ['redis'])));
    ending.abort();
    await pushes;
    await fleet.untilAllIn(30_000);
    const verdict = await stage.settle(RULES, 45_000);
    const cut = fleet.members.filter(({ record }) => record.stays.length > 1).length;
    return [
      ...rows,
      ...verdictRows(verdict, 'brokers, express'),
      boundRow('brokers: clients that were cut', cut, { most: 0, unit: '' }),
      ...(await leaveRows(stage, context, 'brokers')),
    ];
  } finally {
    await stage.close();
  }
}

async function pushExpress(
  { business, history, random }: Stage,
  { members }: Fleet,
  { perSec, signal }: { perSec: number; signal: AbortSignal },
): Promise<void> {
  await atRate({ perSec, forMs: 600_000, signal }, () => {
    const { userId = '' } = pick(random, members).spec;
    return business.push(history, { target: { kind: 'user', userId }, ttlMs: 90_000 });
  });
}

async function bringBack(
  { topology, note }: ScenarioContext,
  stage: Stage,
  { what, names, awayMs }: { what: string; names: readonly string[]; awayMs: number },
): Promise<readonly Row[]> {
  note(what);
  await Promise.all(names.map((name) => topology.process(name).holdDown()));
  await delay(awayMs);
  for (const name of names) topology.process(name).release();
  const startMs = performance.now();
  await topology.untilHealthy(60_000);
  const tookSec = (performance.now() - startMs) / 1000;
  return [
    boundRow(`${what}: everything ready again`, tookSec, { most: READY_WITHIN_MS / 1000, unit: 's' }),
    await onlineRow(stage, what),
  ];
}
