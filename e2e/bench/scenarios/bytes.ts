import { brotliCompressSync, constants } from 'node:zlib';
import { createCorpus } from '../corpus/corpus.ts';
import type { Finding } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import { median } from '../core/statistics.ts';
import { startMeter, withoutIdle } from '../measure/usage-meter.ts';
import { messagesOf, pause, startSoonMs, untilDelivered } from './delivery.ts';
import { absent } from './finding.ts';
import type { Lab, Scenario, ScenarioOutcome } from './lab.ts';
import type { System } from './system.ts';

/** With the default window of 200 ms: 20 messages a batch. */
const RATE_PER_SEC = 100;
const BATCH_MESSAGES = 20;
const VIEWERS = 10;
const IDLE_MS = 1500;
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
  const dictionary = { row: 7, unit: 'x', isRatio: true } as const;
  const why = 'room dictionaries are not built yet';
  for (const [form, atMost] of [
    ['rich', 0.72],
    ['lean', 0.79],
  ] as const) {
    findings.push(
      absent(
        {
          ...dictionary,
          key: `bytes.dictionary.${form}`,
          what: `bytes a message, dictionary against plain, ${form}`,
          goal: { atMost },
        },
        why,
      ),
    );
  }
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
    lab.step(`${form}: dispatch idle`);
    const idleMeter = startMeter(dispatch);
    await pause(IDLE_MS);
    const idle = idleMeter.stop();
    lab.step(`${form}: ${RATE_PER_SEC}/s`);
    const before = await readCounters(metric);
    const schedule = scheduleOf(startSoonMs(), RATE_PER_SEC, scale.bytesSeconds);
    await fleet.begin({ 0: schedule });
    const meter = lab.meter(dispatch);
    const target = { kind: 'room', rooms } as const;
    const pushed = await fleet.push(system.push({ target, stream: 0, form, seed, schedule }));
    const expected = pushed.accepted * VIEWERS;
    const totals = await untilDelivered(fleet, { audience: name, stream: 0, schedule, expected });
    const usage = meter.stop();
    const after = await readCounters(metric);
    return findingsOf(form, {
      bytesPerMessage: totals.bytes / messagesOf(totals, 0),
      rawBytesPerMessage: pushed.payloadBytes / pushed.accepted,
      messagesPerFrame: messagesOf(totals, 0) / totals.frames,
      forwardsPerMessage: (after.batches - before.batches) / pushed.accepted,
      cpuUsPerBatch: (withoutIdle(usage, idle, 'dispatch') * 1000) / (after.batches - before.batches),
      compressUsPerBatch: ((after.compressSec - before.compressSec) * 1e6) / (after.batches - before.batches),
      bareUs: bareCompressionUs(form, seed),
    });
  } finally {
    await fleet.close(name);
  }
}

async function readCounters(metric: (name: string, labels?: string) => Promise<number>) {
  return {
    batches: await metric('longwire_dispatch_batches_forwarded_total'),
    compressSec: await metric('longwire_dispatch_compression_seconds_sum'),
  };
}

interface Measured {
  readonly bytesPerMessage: number;
  readonly rawBytesPerMessage: number;
  readonly messagesPerFrame: number;
  readonly forwardsPerMessage: number;
  readonly cpuUsPerBatch: number;
  /** As dispatch itself took it, in the same seconds: what slows the machine slows both. */
  readonly compressUsPerBatch: number;
  readonly bareUs: number;
}

function findingsOf(form: Form, measured: Measured): readonly Finding[] {
  const { bytesPerMessage, rawBytesPerMessage, messagesPerFrame, forwardsPerMessage } = measured;
  const { cpuUsPerBatch, compressUsPerBatch, bareUs } = measured;
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
      goal: { atMost: 0.06 },
    },
    {
      ...ratio,
      key: key('ratio'),
      row: 7,
      what: `bytes a message on the line against raw, ${form}`,
      value: bytesPerMessage / rawBytesPerMessage,
      goal: { atMost: GOALS[form] },
      note: `${bytesPerMessage.toFixed(0)} of ${rawBytesPerMessage.toFixed(0)} B, ${perBatch}`,
    },
    {
      ...ratio,
      key: key('dispatch-cpu'),
      row: 8,
      what: `dispatch CPU a batch against its compression, ${form}`,
      value: cpuUsPerBatch / compressUsPerBatch,
      goal: { atMost: 1.3 },
      note: `${cpuUsPerBatch.toFixed(0)} us, of it compression ${compressUsPerBatch.toFixed(0)}; bare call here ${bareUs.toFixed(0)}`,
    },
  ];
}

/** The bare call in this process: brotli of 20 messages, as dispatch is set up by default. */
function bareCompressionUs(form: Form, seed: number): number {
  const corpus = createCorpus({ seed, form });
  const params = { [constants.BROTLI_PARAM_QUALITY]: 7, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT };
  const times = Array.from({ length: 60 }, () => {
    const batch = Buffer.from(Array.from({ length: BATCH_MESSAGES }, () => corpus.next()).join('\n'));
    const lgwin = Math.min(18, Math.max(10, Math.ceil(Math.log2(batch.length + 16))));
    const options = {
      params: { ...params, [constants.BROTLI_PARAM_LGWIN]: lgwin, [constants.BROTLI_PARAM_SIZE_HINT]: batch.length },
    };
    const startedAt = performance.now();
    brotliCompressSync(batch, options);
    return (performance.now() - startedAt) * 1000;
  });
  return median(times);
}
