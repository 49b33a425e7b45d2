import type { MessageForm } from '../corpus/corpus.ts';

/** What a tier is asked to do, each counted per second. */
export const UNITS = [
  /** Room pushes through the API. */
  'push',
  /** Requests in which service hands room pushes to dispatch, one or several at a time. */
  'handOver',
  /** Batches that dispatch seals, compresses and sends. */
  'batch',
  /** KiB of messages before compression, per batch once. */
  'rawKib',
  /** Batches that reach an access node, once per node. */
  'forward',
  /** WebSocket messages written to viewers. */
  'frame',
  /** KiB written to viewers. */
  'wireKib',
  /** Pushes to one device each with `ack:true`. */
  'express',
  /** Full connects: handshake, token, session, join. */
  'connect',
  /** Connections that are there, whatever they do. */
  'connection',
] as const;
export type Unit = (typeof UNITS)[number];
export type Flows = Readonly<Record<Unit, number>>;

export const TIERS = ['control', 'access', 'logic', 'dispatch', 'service', 'nats', 'redis'] as const;
export type Tier = (typeof TIERS)[number];

/** Which units a tier's CPU is explained by; what it has nothing to do with is not fitted to it. */
export const UNITS_OF: Readonly<Record<Tier, readonly Unit[]>> = {
  control: [],
  access: ['forward', 'frame', 'wireKib', 'express'],
  logic: ['express'],
  dispatch: ['push', 'handOver', 'batch', 'rawKib', 'express'],
  service: ['push', 'handOver', 'express'],
  nats: ['handOver', 'batch', 'forward', 'express'],
  redis: ['express'],
};

export interface RatioPoint {
  readonly messagesPerBatch: number;
  /** Bytes to a viewer, framing included, for each byte of payload. */
  readonly ratio: number;
}

/** CPU in us per unit, as measured, and what else sizes a cluster. All of it was measured; assumptions live elsewhere. */
export interface UnitCosts {
  readonly format: 1;
  readonly machine: Readonly<Record<string, string>>;
  readonly cpuUs: Readonly<Record<Tier, Readonly<Partial<Record<Unit, number>>>>>;
  /** Cores that a process of the tier takes while nothing happens. */
  readonly idleCores: Readonly<Record<Tier, number>>;
  /** Growth of an access process per idle connection, and what it has without any. */
  readonly kibPerConnection: number;
  readonly accessBaseMib: number;
  readonly payloadBytes: Readonly<Record<PlanForm, number>>;
  readonly ratios: Readonly<Record<PlanForm, readonly RatioPoint[]>>;
}

export type PlanForm = Exclude<MessageForm, 'frame'>;

export function noFlows(): Record<Unit, number> {
  return Object.fromEntries(UNITS.map((unit) => [unit, 0])) as Record<Unit, number>;
}

/** Cores that these flows take of a tier, over all its processes, without what they take while idle. */
export function coresOf(tier: Tier, flows: Flows, { cpuUs }: Pick<UnitCosts, 'cpuUs'>): number {
  return UNITS.reduce((sum, unit) => sum + flows[unit] * (cpuUs[tier][unit] ?? 0), 0) / 1e6;
}

/** Between measured points the ratio is a power of the messages; beyond them it stays. */
export function ratioAt(points: readonly RatioPoint[], messagesPerBatch: number): number {
  const sorted = points.toSorted((left, right) => left.messagesPerBatch - right.messagesPerBatch);
  const upper = sorted.findIndex((point) => point.messagesPerBatch >= messagesPerBatch);
  const high = sorted[upper] ?? sorted.at(-1);
  if (high === undefined) return Number.NaN;
  const low = upper <= 0 ? high : (sorted[upper - 1] ?? high);
  if (low.messagesPerBatch === high.messagesPerBatch) return high.ratio;
  const position =
    Math.log(messagesPerBatch / low.messagesPerBatch) / Math.log(high.messagesPerBatch / low.messagesPerBatch);
  return low.ratio * (high.ratio / low.ratio) ** position;
}
