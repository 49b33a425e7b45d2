import type { LatencyHistogram } from '../core/latency-histogram.ts';
import type { Finding } from '../core/result.ts';
import { DEFAULT_WINDOW } from '../plan/room-flows.ts';
import { ofRounds, peerAbsent } from './finding.ts';

/** What a room on fire cost, and how late what was pushed came. */
export interface HotRun {
  readonly cpuUsPerDelivery: number;
  readonly loss: string;
  readonly isWhole: boolean;
  readonly messagesPerFrame: number;
  readonly endToEnd: LatencyHistogram;
  readonly added: LatencyHistogram;
  readonly express: LatencyHistogram;
  readonly cpuByTier: string;
}

/** Row 2: what a delivery costs the whole system, and what it costs Socket.IO. */
export function costFindings(hot: HotRun, socketIo: readonly number[] | undefined): readonly Finding[] {
  const versus = {
    key: 'barrage.vs.Socket.IO',
    row: 2,
    what: 'CPU of the whole system per delivery against Socket.IO',
    unit: 'x',
    isRatio: true,
    goal: { atMost: 0.02 },
  };
  const own = { row: 2, unit: 'us', isRatio: false } as const;
  return [
    {
      ...own,
      key: 'barrage.whole',
      what: 'all delivered (1 = yes)',
      value: hot.isWhole ? 1 : 0,
      unit: '',
      goal: { atLeast: 1 },
      note: hot.loss,
    },
    {
      ...own,
      key: 'barrage.cpu-us',
      what: 'CPU of the whole system per delivery',
      value: hot.cpuUsPerDelivery,
      note: hot.cpuByTier,
    },
    { ...own, key: 'barrage.per-frame', what: 'messages per frame', value: hot.messagesPerFrame, unit: '' },
    ...(socketIo === undefined
      ? [peerAbsent(versus)]
      : [
          ofRounds({ ...own, key: 'barrage.cpu-us.Socket.IO', what: 'CPU of Socket.IO per delivery' }, socketIo),
          ofRounds(
            versus,
            socketIo.map((cost) => hot.cpuUsPerDelivery / cost),
          ),
        ]),
  ];
}

/** Row 4: what the system adds between accepting a message and writing it, in windows. */
export function latencyFindings(added: LatencyHistogram, probes: number): readonly Finding[] {
  const { p50Ms, p99Ms, count } = added.quantiles();
  const common = { row: 4, unit: 'x window', isRatio: true, note: `${count} samples at ${probes} probes` } as const;
  return [
    {
      ...common,
      key: 'barrage.added-p50',
      what: 'latency added, p50',
      value: p50Ms / DEFAULT_WINDOW.windowMs,
      goal: { atMost: 0.6 },
    },
    {
      ...common,
      key: 'barrage.added-p99',
      what: 'latency added, p99',
      value: p99Ms / DEFAULT_WINDOW.windowMs,
      goal: { atMost: 1.5 },
    },
  ];
}

/** Row 5: whether express feels the barrage beside it. */
export function expressFindings(idle: LatencyHistogram, hot: LatencyHistogram): readonly Finding[] {
  const [before, beside] = [idle.quantiles(), hot.quantiles()];
  return [
    {
      key: 'barrage.express-idle-p99',
      row: 5,
      what: 'express p99, idle',
      value: before.p99Ms,
      unit: 'ms',
      isRatio: false,
      note: `${before.count} samples`,
    },
    {
      key: 'barrage.express-hot-p99',
      row: 5,
      what: 'express p99, beside the barrage',
      value: beside.p99Ms,
      unit: 'ms',
      isRatio: false,
      note: `${beside.count} samples`,
    },
    {
      key: 'barrage.express-ratio',
      row: 5,
      what: 'express p99 beside the barrage against idle',
      value: beside.p99Ms / before.p99Ms,
      unit: 'x',
      isRatio: true,
      goal: { atMost: 2 },
    },
  ];
}
