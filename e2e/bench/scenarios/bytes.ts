import { brotliCompressSync, constants } from 'node:zlib';
import { createCorpus } from '../corpus/corpus.ts';
import type { Finding } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import { mainThreadCpuMsOf } from '../measure/process-usage.ts';
import { startMeter, withoutIdle } from '../measure/usage-meter.ts';
import { idleUsage, messagesOf, startSoonMs, untilDelivered, warmUp } from './delivery.ts';
import { measureDictionary } from './dictionary-bytes.ts';
import type { Lab, Scenario, ScenarioOutcome } from './lab.ts';
import type { System } from './system.ts';

/** With the default window of 200 ms: 20 messages a batch. */
const RATE_PER_SEC = 100;
const BATCH_MESSAGES = 20;
const VIEWERS = 10;
const GOALS = { rich: 0.15, lean: 0.37 } as const;
type Form = keyof typeof GOALS;

/** Rows 6, 7 and 8: how few frames and bytes a hot room needs, and what dispatch pays for that. */
export const bytes: Scenario = {
  name: 'bytes',
  about: 'forwards, bytes a message and dispatch CPU a batch at 100 messages/s (rows 6, 7, 8)',
  run: runBytes,
};

async function runBytes(lab: Lab): Promise<ScenarioOutcome> {
  const system = await lab.system();
  const findings: Finding[] = [];
  for (const form of ['rich', 'lean'] as const) findings.push(...(await measure(lab, system, form)));
  for (const form of ['rich', 'lean'] as const) findings.push(...(await measureDictionary(lab, system, form)));
  return { findings };
}

async function measure(lab: Lab, system: System, form: Form): Promise<readonly Finding[]> {
  const { fleet, scale, seed } = lab;
  const name = `bytes-${form}`;
  const rooms = { prefix: `${name}-`, count: 1 };
  const dispatch = { dispatch: system.pidOf('dispatch-1') };
  const metric = (metricName: string, labels = ''): Promise<number> =>
    system.longwire.metric(metricName, { tier: 'dispatch', labels });
  await fleet.connect(system.viewers({ name, count: VIEWERS, rooms }));
  try {
    await warmUp(lab, system, { audience: name, rooms, form });
    lab.step(`${form}: dispatch idle`);
    const idle = await idleUsage(dispatch);
    const mains = { dispatch: dispatch.dispatch, service: system.pidOf('service-1') };
    lab.step(`${form}: ${RATE_PER_SEC}/s`);
    const before = await readCounters(metric);
    const schedule = scheduleOf(startSoonMs(), RATE_PER_SEC, scale.bytesSeconds);
    await fleet.begin({ 0: schedule });
    const meter = lab.meter(dispatch);
    const mainMeter = startMeter(mains, mainThreadCpuMsOf);
    const target = { kind: 'room', rooms } as const;
    const pushed = await fleet.push(system.push({ target, stream: 0, form, seed, schedule }));
    const expected = pushed.accepted * VIEWERS;
    const totals = await untilDelivered(fleet, { audience: name, stream: 0, schedule, expected });
    const usage = meter.stop();
    const ofMains = mainMeter.stop().cpuMs;
    const idles = [idle, await idleUsage(dispatch)];
    const after = await readCounters(metric);
    const best = bareCompressionUs(form, seed, 11);
    return findingsOf(form, {
      bytesPerMessage: totals.bytes / messagesOf(totals, 0),
      rawBytesPerMessage: pushed.payloadBytes / pushed.accepted,
      messagesPerFrame: messagesOf(totals, 0) / totals.frames,
      forwardsPerMessage: (after.batches - before.batches) / pushed.accepted,
      cpuUsPerBatch: (withoutIdle(usage, idles, 'dispatch') * 1000) / (after.batches - before.batches),
      compressUsPerBatch: compressionUs(after, before, best) / (after.batches - before.batches),
      dispatchOfService: (ofMains['dispatch'] ?? Number.NaN) / (ofMains['service'] ?? Number.NaN),
      bareUs: bareCompressionUs(form, seed, 7),
      bestShare: (after.best - before.best) / (after.batches - before.batches),
    });
  } finally {
    await fleet.close(name);
  }
}

async function readCounters(metric: (name: string, labels?: string) => Promise<number>) {
  return {
    batches: await metric('longwire_dispatch_batches_forwarded_total'),
    compressSec: await metric('longwire_dispatch_compression_seconds_sum'),
    best: await metric('longwire_dispatch_brotli_quality_total', 'quality="11"'),
  };
}

type Counters = Awaited<ReturnType<typeof readCounters>>;

/** What dispatch took for its own compressions, and what those on other threads cost at the price of a bare call. */
function compressionUs(after: Counters, before: Counters, bestUs: number): number {
  return (after.compressSec - before.compressSec) * 1e6 + (after.best - before.best) * bestUs;
}

interface Measured {
  readonly bytesPerMessage: number;
  readonly rawBytesPerMessage: number;
  readonly messagesPerFrame: number;
  readonly forwardsPerMessage: number;
  readonly cpuUsPerBatch: number;
  /** As dispatch itself took it, in the same seconds: what slows the machine slows both. The best quality at its bare price. */
  readonly compressUsPerBatch: number;
  /** CPU of the main threads for the same pushes: two Node processes that are slowed alike by whatever else runs. */
  readonly dispatchOfService: number;
  readonly bareUs: number;
  /** Of the batches. */
  readonly bestShare: number;
}

function findingsOf(form: Form, measured: Measured): readonly Finding[] {
  const { bytesPerMessage, rawBytesPerMessage, messagesPerFrame, forwardsPerMessage } = measured;
  const { cpuUsPerBatch, compressUsPerBatch, dispatchOfService, bareUs, bestShare } = measured;
  const key = (name: string): string => `bytes.${name}.${form}`;
  const ratio = { unit: 'x', isRatio: true } as const;
  const perBatch = `${messagesPerFrame.toFixed(1)} messages a batch`;
  return [
    {
      ...ratio,
      key: key('forwards'),
      row: 6,
      what: `forwards a message, ${form}`,
      value: forwardsPerMessage,
      isCounted: true,
      goal: { atMost: 0.06 },
    },
    {
      ...ratio,
      key: key('ratio'),
      row: 7,
      what: `bytes a message on the line against raw, ${form}`,
      value: bytesPerMessage / rawBytesPerMessage,
      isCounted: true,
      goal: { atMost: GOALS[form] },
      note: `${bytesPerMessage.toFixed(0)} of ${rawBytesPerMessage.toFixed(0)} B, ${perBatch}`,
    },
    {
      ...ratio,
      key: key('dispatch-cpu'),
      row: 8,
      what: `dispatch CPU a batch against its compression, ${form}`,
      // Nothing above idle is no number: the machine did something else.
      value: cpuUsPerBatch > 0 ? cpuUsPerBatch / compressUsPerBatch : Number.NaN,
      // A busy machine makes more of the best quality late, and each batch finds colder caches.
      isRestless: true,
      goal: { atMost: 1.3 },
      note: `${cpuUsPerBatch.toFixed(0)} us, of it compression ${compressUsPerBatch.toFixed(0)}; bare call in quality 7 here ${bareUs.toFixed(0)}; ${(bestShare * 100).toFixed(0)}% of batches in quality 11`,
    },
    {
      ...ratio,
      key: key('dispatch-of-service'),
      row: 8,
      what: `dispatch CPU against service CPU for the same pushes, main threads, ${form}`,
      value: dispatchOfService,
    },
  ];
}

const BARE_CALLS = { 7: 60, 11: 15 } as const;

/** The bare call in this process, in CPU time: brotli of 20 messages, as dispatch sets it up. */
function bareCompressionUs(form: Form, seed: number, quality: keyof typeof BARE_CALLS): number {
  const corpus = createCorpus({ seed, form });
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  };
  const times = Array.from({ length: BARE_CALLS[quality] }, () => {
    const batch = Buffer.from(Array.from({ length: BATCH_MESSAGES }, () => corpus.next()).join('\n'));
    const lgwin = Math.min(18, Math.max(10, Math.ceil(Math.log2(batch.length + 16))));
    const options = {
      params: { ...params, [constants.BROTLI_PARAM_LGWIN]: lgwin, [constants.BROTLI_PARAM_SIZE_HINT]: batch.length },
    };
    const before = process.threadCpuUsage();
    brotliCompressSync(batch, options);
    const { user, system } = process.threadCpuUsage(before);
    return user + system;
  });
  // The clock of a thread ticks in ms on some machines: the mean adds up where a median would be 0.
  return times.reduce((sum, each) => sum + each, 0) / times.length;
}
