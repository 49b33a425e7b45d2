import type { Finding } from '../core/result.ts';
import { LatencyHistogram } from '../core/latency-histogram.ts';
import { monotonicMs } from '../core/monotonic.ts';
import { describeLoss, describeRefusals, messagesOf, untilDelivered } from './delivery.ts';
import type { Lab, Scenario, ScenarioOutcome } from './lab.ts';
import { USER_ENDS, watchLosses } from './losses.ts';
import { BUSY_HTTP_CONNECTIONS } from './system.ts';
import type { System } from './system.ts';

const CONNECTIONS_PER_USER = 10;
const GOALS = { plain: 3000, acked: 1000 } as const;

/** Row 11: pushes to users with ten connections each, as many as the system takes. */
export const userPush: Scenario = {
  name: 'user-push',
  about: 'user pushes a second through the HTTP API, each to ten connections (row 11)',
  run: runUserPush,
};

async function runUserPush(lab: Lab): Promise<ScenarioOutcome> {
  const system = await lab.system();
  const { fleet, scale } = lab;
  const count = scale.users * CONNECTIONS_PER_USER;
  lab.step(`${count} connections of ${scale.users} users`);
  await fleet.connect(system.viewers({ name: 'fan', count, perUser: CONNECTIONS_PER_USER, isRoomless: true }));
  try {
    // Access tells logic of its sessions a little after it lets them in; a push without an ack does not wait for that.
    await system.untilOnline({ prefix: 'fan', users: scale.users, perUser: CONNECTIONS_PER_USER });
    const findings: Finding[] = [];
    for (const kind of ['plain', 'acked'] as const) findings.push(...(await pushAll(lab, system, kind)));
    return { findings };
  } finally {
    await fleet.close('fan');
  }
}

async function pushAll(lab: Lab, system: System, kind: 'plain' | 'acked'): Promise<readonly Finding[]> {
  const { fleet, scale, seed } = lab;
  lab.step(`user pushes, ${kind}`);
  await fleet.begin({});
  const losses = await watchLosses(system, USER_ENDS);
  const meter = lab.meter(system.pids);
  const pushed = await fleet.push(
    system.push({
      target: { kind: 'user', prefix: 'fan', count: scale.users },
      stream: 0,
      form: 'lean',
      seed,
      fields: { ack: kind === 'acked' },
      closedLoop: { seconds: scale.userPushSeconds },
      connections: BUSY_HTTP_CONNECTIONS,
    }),
  );
  const expected = pushed.accepted * CONNECTIONS_PER_USER;
  const schedule = { startMs: monotonicMs(), ratePerSec: 1, count: 1 };
  const totals = await untilDelivered(fleet, { audience: 'fan', stream: 0, schedule, expected });
  const usage = meter.stop();
  const perSec = (pushed.accepted * 1000) / pushed.tookMs;
  const { p99Ms } = LatencyHistogram.decode(pushed.histogram).quantiles();
  const tiers = Object.entries(usage.cpuMs).map(
    ([name, ms]) => `${name} ${((ms * 1000) / pushed.accepted).toFixed(0)}`,
  );
  return [
    {
      key: `user-push.rate.${kind}`,
      row: 11,
      what: `user pushes, ack:${kind === 'acked'}`,
      value: perSec,
      unit: '/s',
      isRatio: false,
      goal: { atLeast: GOALS[kind] },
      note: `answered p99 ${p99Ms.toFixed(1)} ms; us a push: ${tiers.join(', ')}${describeRefusals(pushed)}`,
    },
    {
      key: `user-push.delivered.${kind}`,
      row: 11,
      what: `connections reached of ten, ack:${kind === 'acked'}`,
      value: messagesOf(totals, 0) / pushed.accepted,
      unit: '',
      isRatio: true,
      goal: { atLeast: CONNECTIONS_PER_USER },
      note: `${describeLoss(messagesOf(totals, 0), expected)}${await losses()}`,
    },
  ];
}
