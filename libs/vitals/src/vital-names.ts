/** The tiers, in the order in which a message meets them; control, which it does not meet, first. */
export const TIERS = ['control', 'service', 'logic', 'dispatch', 'access'] as const;
export type Tier = (typeof TIERS)[number];

/**
 * What processes tell of themselves: a figure of the whole cluster is the sum over those who tell it. `.` and a value
 * follows where a vital is split, `shed.outbox`.
 */
export const VITALS = [
  /** Gauge of access. */
  'connections',
  /** Counters of access: written to connections. */
  'deliveries',
  'frames',
  'bytes',
  'connects',
  'closes',
  'fanOuts',
  /** Of whatever tier sheds. */
  'shed',
  /** Counters of dispatch. */
  'messages',
  'batches',
  'rawBytes',
  'encodedBytes',
  /** Counter of service. */
  'pushes',
  /** Histogram of access, seconds, split by lane: from the acceptance by service to the write. */
  'delay',
] as const;
export type Vital = (typeof VITALS)[number];

/** How one split of a vital is called. */
export function splitVital(vital: Vital, part: string | number): string {
  return `${vital}.${part}`;
}
