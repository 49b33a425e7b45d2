import { LatencyHistogram } from '../core/latency-histogram.ts';
import { scheduleOf } from '../core/schedule.ts';
import type { AudienceTotals } from '../load/fleet.ts';
import { addedLatency } from './added-latency.ts';
import { costFindings, expressFindings, latencyFindings } from './barrage-findings.ts';
import type { HotRun } from './barrage-findings.ts';
import { peerContender, takeRounds } from './contender.ts';
import { describeLoss, describeRefusals, messagesOf, startSoonMs, untilDelivered } from './delivery.ts';
import type { Lab, Scenario, ScenarioOutcome } from './lab.ts';
import type { System } from './system.ts';

const RATE_PER_SEC = 200;
const EXPRESS_RATE_PER_SEC = 20;
const PROBES = 8;
const FIRST_PROBES = 'probe-first';
const LAST_PROBES = 'probe-last';
const BARRAGE = 0;
const EXPRESS = 1;
const ROOMS = { prefix: 'hot-', count: 1 };
/** What Socket.IO bears without falling behind; its price per delivery does not depend on it. */
const SOCKET_IO_RATE_PER_SEC = 4;

/** Rows 2, 4 and 5: a room on fire, what it costs, how late it is, and whether express feels it. */
export const barrage: Scenario = {
  name: 'barrage',
  about: 'lean barrage of 200/s into one room: cost, latency, express beside it (rows 2, 4, 5)',
  run: runBarrage,
};

async function runBarrage(lab: Lab): Promise<ScenarioOutcome> {
  const system = await lab.system();
  const { fleet, scale } = lab;
  lab.step(`${scale.viewers} viewers connect`);
  // Half of the probes are the first whom a fan-out reaches, half the last.
  await fleet.connect(probes(system, FIRST_PROBES));
  await fleet.connect(system.viewers({ name: 'crowd', count: scale.viewers, rooms: ROOMS }));
  await fleet.connect(probes(system, LAST_PROBES));
  const users = system.viewers({ name: 'streamer', count: PROBES, perUser: 1, isProbe: true, isRoomless: true });
  await fleet.connect(users);
  try {
    const idleExpress = await pushExpress(lab, system, scale.expressIdleSeconds);
    const hot = await pushBarrage(lab, system);
    const socketIo = await socketIoCost(lab);
    return {
      findings: [
        ...costFindings(hot, socketIo),
        ...latencyFindings(hot.added, PROBES),
        ...expressFindings(idleExpress, hot.express),
      ],
      charts: [
        {
          kind: 'latency',
          title: 'Barrage of 200/s: from due to arrival, and what the system adds',
          lines: [
            { name: 'due to arrival, all viewers', points: hot.endToEnd.curve() },
            { name: 'accepted to written (probes)', points: hot.added.curve() },
          ],
        },
        {
          kind: 'latency',
          title: 'Express to one user: from due to arrival',
          lines: [
            { name: 'idle', points: idleExpress.curve() },
            { name: 'beside the barrage', points: hot.express.curve() },
          ],
        },
      ],
    };
  } finally {
    for (const audience of ['crowd', FIRST_PROBES, LAST_PROBES, 'streamer']) await fleet.close(audience);
  }
}

function probes(system: System, name: string) {
  return system.viewers({ name, count: PROBES / 2, rooms: ROOMS, isProbe: true });
}

async function pushExpress(lab: Lab, system: System, seconds: number): Promise<LatencyHistogram> {
  lab.step('express alone');
  const schedule = scheduleOf(startSoonMs(), EXPRESS_RATE_PER_SEC, seconds);
  await lab.fleet.begin({ [EXPRESS]: schedule });
  await lab.fleet.push(system.push(expressSpec(lab, schedule)));
  const wish = { audience: 'streamer', stream: EXPRESS, schedule, expected: schedule.count };
  return latencyOf(await untilDelivered(lab.fleet, wish), EXPRESS);
}

function expressSpec(lab: Lab, schedule: ReturnType<typeof scheduleOf>) {
  const target = { kind: 'user', prefix: 'streamer', count: PROBES } as const;
  return { target, stream: EXPRESS, form: 'lean', seed: lab.seed + 1, schedule } as const;
}

async function pushBarrage(lab: Lab, system: System): Promise<HotRun> {
  const { fleet, scale, seed } = lab;
  lab.step(`barrage of ${RATE_PER_SEC}/s into ${scale.viewers} viewers`);
  const startMs = startSoonMs();
  const schedule = scheduleOf(startMs, RATE_PER_SEC, scale.barrageSeconds);
  const expressSchedule = scheduleOf(startMs, EXPRESS_RATE_PER_SEC, scale.barrageSeconds);
  await fleet.begin({ [BARRAGE]: schedule, [EXPRESS]: expressSchedule });
  const meter = lab.meter(system.pids);
  const [pushed] = await Promise.all([
    fleet.push(
      system.push({
        target: { kind: 'room', rooms: ROOMS },
        stream: BARRAGE,
        form: 'lean',
        seed,
        schedule,
        isProbe: true,
      }),
    ),
    fleet.push(system.push(expressSpec(lab, expressSchedule))),
  ]);
  const expected = pushed.accepted * scale.viewers;
  const crowd = await untilDelivered(fleet, { audience: 'crowd', stream: BARRAGE, schedule, expected });
  const usage = meter.stop();
  const expressWish = { audience: 'streamer', stream: EXPRESS, schedule: expressSchedule };
  const streamer = await untilDelivered(fleet, { ...expressWish, expected: expressSchedule.count });
  const arrivals = [...(await fleet.report(FIRST_PROBES)).arrivals, ...(await fleet.report(LAST_PROBES)).arrivals];
  const got = messagesOf(crowd, BARRAGE);
  const byTier = Object.entries(usage.cpuMs).map(([name, ms]) => `${name} ${Math.round((ms * 100) / usage.spanMs)}%`);
  return {
    cpuUsPerDelivery: (usage.totalCpuMs * 1000) / (got + arrivals.length),
    loss: `${pushed.accepted} of ${schedule.count} accepted${describeRefusals(pushed)}, ${describeLoss(got, expected)}; generator late by ${pushed.mostLateMs.toFixed(0)} ms at most`,
    isWhole: got === expected && pushed.accepted === schedule.count,
    messagesPerFrame: got / crowd.frames,
    endToEnd: latencyOf(crowd, BARRAGE),
    added: addedLatency(pushed.acceptedAt, arrivals),
    express: latencyOf(streamer, EXPRESS),
    cpuByTier: byTier.join(', '),
  };
}

function latencyOf(totals: AudienceTotals, stream: number): LatencyHistogram {
  return totals.streams.get(stream)?.latency ?? new LatencyHistogram();
}

async function socketIoCost(lab: Lab): Promise<readonly number[] | undefined> {
  const peer = await lab.peer('Socket.IO');
  if (peer === undefined) return undefined;
  try {
    const contender = await peerContender(lab, peer, { viewers: lab.scale.viewers, form: 'lean' });
    const turns = await takeRounds(lab, [contender], SOCKET_IO_RATE_PER_SEC);
    await lab.fleet.close(contender.audience);
    return turns.get(contender.name)?.map(({ cpuUsPerDelivery }) => cpuUsPerDelivery);
  } finally {
    await peer.stop();
  }
}
