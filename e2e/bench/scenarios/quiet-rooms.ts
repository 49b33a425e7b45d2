import { scheduleOf } from '../core/schedule.ts';
import { addedLatency } from './added-latency.ts';
import { startSoonMs, untilDelivered } from './delivery.ts';
import type { Lab, Scenario, ScenarioOutcome } from './lab.ts';

const ROOMS = { prefix: 'quiet-', count: 40 };
/** Each room has one message every two seconds: it is quiet again each time. */
const RATE_PER_SEC = 20;

/** Row 4: the first message of a quiet room does not wait for a window. */
export const quietRooms: Scenario = {
  name: 'quiet-rooms',
  about: 'latency added to the first message of a quiet room (row 4)',
  run: runQuietRooms,
};

async function runQuietRooms(lab: Lab): Promise<ScenarioOutcome> {
  const system = await lab.system();
  const { fleet } = lab;
  lab.step('one message at a time into quiet rooms');
  await fleet.connect(system.viewers({ name: 'quiet', count: ROOMS.count, rooms: ROOMS, isProbe: true }));
  try {
    const schedule = scheduleOf(startSoonMs(), RATE_PER_SEC, lab.scale.quietSeconds);
    await fleet.begin({ 0: schedule });
    const target = { kind: 'room', rooms: ROOMS } as const;
    const pushed = await fleet.push(
      system.push({ target, stream: 0, form: 'lean', seed: lab.seed, schedule, isProbe: true }),
    );
    const totals = await untilDelivered(fleet, { audience: 'quiet', stream: 0, schedule, expected: pushed.accepted });
    const added = addedLatency(pushed.acceptedAt, totals.arrivals);
    const { p50Ms, p99Ms, count } = added.quantiles();
    const common = { row: 4, unit: 'ms', isRatio: false, note: `${count} samples` } as const;
    return {
      findings: [
        { ...common, key: 'quiet.added-p50', what: 'latency added, quiet room, p50', value: p50Ms },
        {
          ...common,
          key: 'quiet.added-p99',
          what: 'latency added, quiet room, p99',
          value: p99Ms,
          goal: { atMost: 10 },
        },
      ],
      charts: [
        { kind: 'latency', title: 'First message of a quiet room', lines: [{ name: 'added', points: added.curve() }] },
      ],
    };
  } finally {
    await fleet.close('quiet');
  }
}
