import { scheduleOf } from '../core/schedule.ts';
import { describeLoss, describeRefusals, messagesOf, startSoonMs, untilDelivered } from './delivery.ts';
import { BUSY_HTTP_CONNECTIONS } from './system.ts';
import type { Lab, Scenario, ScenarioOutcome } from './lab.ts';
import { ROOM_ENDS, watchLosses } from './losses.ts';

const RATE_PER_SEC = 1000;
const ROOMS = { prefix: 'heavy-', count: 1 };

/** Row 3: a thousand messages a second into the largest room that one node holds. */
export const heavy: Scenario = {
  name: 'heavy',
  about: 'lean barrage of 1,000/s into one room of 15,000 for a minute (row 3)',
  isFullOnly: true,
  run: runHeavy,
};

async function runHeavy(lab: Lab): Promise<ScenarioOutcome> {
  const system = await lab.freshSystem();
  const { fleet, scale, seed } = lab;
  const { heavyViewers: count, heavySeconds } = scale;
  lab.step(`${count} viewers connect`);
  await fleet.connect(system.viewers({ name: 'heavy', count, rooms: ROOMS }));
  try {
    lab.step(`${RATE_PER_SEC}/s for ${heavySeconds} s`);
    const schedule = scheduleOf(startSoonMs(), RATE_PER_SEC, heavySeconds);
    await fleet.begin({ 0: schedule });
    const losses = await watchLosses(system, ROOM_ENDS);
    const meter = lab.meter(system.pids);
    const pushed = await fleet.push(
      system.push({
        target: { kind: 'room', rooms: ROOMS },
        stream: 0,
        form: 'lean',
        seed,
        schedule,
        connections: BUSY_HTTP_CONNECTIONS,
      }),
    );
    const expected = schedule.count * count;
    const totals = await untilDelivered(fleet, { audience: 'heavy', stream: 0, schedule, expected });
    const usage = meter.stop();
    const cores = Object.entries(usage.cpuMs).map(([name, ms]) => `${name} ${((ms * 100) / usage.spanMs).toFixed(0)}%`);
    const got = messagesOf(totals, 0);
    const latency = totals.streams.get(0)?.latency.quantiles();
    return {
      findings: [
        {
          key: 'heavy.delivered',
          row: 3,
          what: `${RATE_PER_SEC}/s into ${count} viewers: share delivered`,
          value: got / expected,
          unit: '',
          isRatio: true,
          goal: { atLeast: 1 },
          note: `${pushed.accepted} of ${schedule.count} accepted${describeRefusals(pushed)}, ${describeLoss(got, expected)}${await losses()}; ${cores.join(', ')}`,
        },
        {
          key: 'heavy.rate',
          row: 3,
          what: 'deliveries a second',
          value: (got * 1000) / usage.spanMs,
          unit: '/s',
          isRatio: false,
        },
        {
          key: 'heavy.p99',
          row: 3,
          what: 'from due to arrival, p99',
          value: latency?.p99Ms ?? Number.NaN,
          unit: 'ms',
          isRatio: false,
        },
      ],
    };
  } finally {
    await fleet.close('heavy');
  }
}
