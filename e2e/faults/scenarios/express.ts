import { setTimeout as delay } from 'node:timers/promises';
import { drawBlows, wreakHavoc } from '../chaos.ts';
import { atRate } from '../load/pace.ts';
import { leaveRows, onlineRow } from '../presence-rows.ts';
import type { Row, Scenario, ScenarioContext } from '../scenario.ts';
import { between, pick } from '../seeded-random.ts';
import { boundRow, Stage, verdictRows } from '../stage.ts';

const FULL = { clients: 200, perSec: 60, havocMs: 180_000, ttlMs: 90_000, blows: 200 };
const SHORT = { clients: 40, perSec: 20, havocMs: 12_000, ttlMs: 60_000, blows: 6 };
const LEAST_BLOWS = 4;
const LOSS = 0.03;
const RULES = { settleMs: 10_000, lateMs: 30_000, areRoomsOwed: true, mayOwnersDie: true };
const SETTLE_WITHIN_MS = 45_000;

/** Messages to users and devices while processes die, stop and are cut off; half of the clients lose 3% of their frames. */
export const expressUnderFaults: Scenario = {
  name: 'express',
  about: 'express messages while processes of every tier and brokers are killed, stopped and cut off',
  run: runExpress,
};

async function runExpress(context: ScenarioContext): Promise<readonly Row[]> {
  const { topology, isShort, note } = context;
  const size = isShort ? SHORT : FULL;
  const stage = new Stage(context, 'express');
  try {
    await stage.events.start();
    const clean = stage.fleet();
    const lossy = stage.fleet({ lossRatio: LOSS });
    await clean.enter(stage.specs(size.clients / 2, { prefix: 'clean', rooms: [stage.id('room')] }));
    // No room for these: what a lossy network eats at the end of a room nobody can know to be missing.
    await lossy.enter(stage.specs(size.clients / 2, { prefix: 'lossy' }));
    const members = [...clean.members, ...lossy.members];
    const victims = ['access', 'dispatch', 'logic', 'service', 'nats', 'redis'] as const;
    const names = victims.flatMap((tier) => topology.namesOf(tier));
    const ending = new AbortController();
    const pushes = atRate({ perSec: size.perSec, forMs: 10 * size.havocMs, signal: ending.signal }, () =>
      pushToSomebody(stage, members, size.ttlMs),
    );
    const roomPushes = atRate({ perSec: 2, forMs: 10 * size.havocMs, signal: ending.signal }, () =>
      stage.business.push(stage.history, { target: { kind: 'room', roomId: stage.id('room') } }),
    );
    const cuts = cutNetworks(stage, members, ending.signal);
    const blows = drawBlows(stage.random, names, size.blows);
    const struck = await wreakHavoc(topology, blows, { forMs: size.havocMs, atLeast: LEAST_BLOWS, note });
    await delay(1000);
    ending.abort();
    await Promise.all([pushes, roomPushes, cuts]);
    note('quiet; waiting for what is still on its way');
    await Promise.all([clean, lossy].map((fleet) => fleet.untilAllIn(SETTLE_WITHIN_MS)));
    const verdict = await stage.settle(RULES, SETTLE_WITHIN_MS);
    return [
      { check: 'express: blows struck', measured: String(struck), wanted: '', isMet: struck >= LEAST_BLOWS },
      ...verdictRows(verdict, 'express', true),
      {
        check: 'express: copies dropped by clients',
        measured: String(clean.copies + lossy.copies),
        wanted: '',
        isMet: true,
      },
      boundRow('express: clients told to stay away', clean.stoppedCodes.length + lossy.stoppedCodes.length, {
        most: 0,
        unit: '',
      }),
      await onlineRow(stage, 'express'),
      ...(await leaveRows(stage, context, 'express')),
    ];
  } finally {
    await stage.close();
  }
}

async function pushToSomebody(stage: Stage, members: Stage['fleets'][number]['members'], ttlMs: number): Promise<void> {
  const { userId = '', deviceId } = pick(stage.random, members).spec;
  const target = stage.random() < 0.7 ? ({ kind: 'user', userId } as const) : ({ kind: 'device', deviceId } as const);
  await stage.business.push(stage.history, { target, ttlMs });
}

/** Now and then a client loses its network for a moment, whatever else happens. */
async function cutNetworks(
  stage: Stage,
  members: Stage['fleets'][number]['members'],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await delay(250);
    pick(stage.random, members).client.loseNetwork(between(stage.random, 200, 2500));
  }
}
