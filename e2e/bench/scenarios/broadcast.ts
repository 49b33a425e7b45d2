import { scheduleOf } from '../core/schedule.ts';
import type { Schedule } from '../core/schedule.ts';
import { ratios } from '../core/statistics.ts';
import { peerContender } from './contender.ts';
import type { Contender } from './contender.ts';
import { startSoonMs, untilDelivered } from './delivery.ts';
import { ofRounds, peerAbsent } from './finding.ts';
import type { Lab, Scenario, ScenarioOutcome } from './lab.ts';

const PROCESSES = 2;

/** Row 12: one message to every connection of a node, from the first that has it to the last. */
export const broadcast: Scenario = {
  name: 'broadcast',
  about: 'one message to all connections of a node, first to last (row 12)',
  run: runBroadcast,
};

async function runBroadcast(lab: Lab): Promise<ScenarioOutcome> {
  const { idleConnections: count, rounds } = lab.scale;
  const system = await lab.system();
  lab.step(`${count} connect`);
  await lab.fleet.connect(system.viewers({ name: 'all', count, rooms: { prefix: 'all-', count: 100 } }), PROCESSES);
  const own: Contender = {
    name: 'Longwire',
    audience: 'all',
    viewers: count,
    pids: {},
    run: (schedule) =>
      lab.fleet.push(system.push({ target: { kind: 'all' }, stream: 0, form: 'frame', seed: lab.seed, schedule })),
  };
  const peer = await lab.peer('floor');
  const floor =
    peer === undefined
      ? undefined
      : await peerContender(lab, peer, { viewers: count, form: 'frame', processes: PROCESSES });
  const spans: { readonly own: number[]; readonly floor: number[] } = { own: [], floor: [] };
  try {
    for (let round = 0; round < rounds * 2; round += 1) {
      lab.step(`one message to all, round ${round + 1}`);
      spans.own.push(await spanOf(lab, own));
      if (floor !== undefined) spans.floor.push(await spanOf(lab, floor));
    }
  } finally {
    await lab.fleet.close('all');
    if (floor !== undefined) await lab.fleet.close(floor.audience);
    await peer?.stop();
  }
  const span = { row: 12, unit: 'ms', isRatio: false } as const;
  const against = {
    key: 'broadcast.vs.floor',
    row: 12,
    what: 'one message to all, against the C floor',
    unit: 'x',
    isRatio: true,
    goal: { atMost: 1.4 },
  };
  return {
    findings: [
      ofRounds(
        {
          ...span,
          key: 'broadcast.span',
          what: `one message to ${count}, first to last arrival`,
          note: 'arrival stands for written',
        },
        spans.own,
      ),
      ...(floor === undefined
        ? [peerAbsent(against)]
        : [
            ofRounds({ ...span, key: 'broadcast.span.floor', what: 'the same, C floor' }, spans.floor),
            ofRounds(against, ratios(spans.own, spans.floor)),
          ]),
    ],
  };
}

async function spanOf(lab: Lab, contender: Contender): Promise<number> {
  const schedule: Schedule = scheduleOf(startSoonMs(), 1, 1);
  await lab.fleet.begin({ 0: schedule });
  await contender.run(schedule);
  const wish = { audience: contender.audience, stream: 0, schedule, expected: contender.viewers };
  const stream = (await untilDelivered(lab.fleet, wish)).streams.get(0);
  return stream === undefined ? Number.NaN : stream.lastMs - stream.firstMs;
}
