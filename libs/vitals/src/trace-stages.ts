import type { Lane, MessageId } from '@longwire/domain';

/** What can become of a message on its way, in the order of the way. */
export const TRACE_STAGES = [
  'accepted',
  'stored',
  'taken',
  'flushed',
  'forwarded',
  'sent',
  'written',
  'acked',
  'expired',
  'shed',
] as const;
export type TraceStage = (typeof TRACE_STAGES)[number];

/** One stage that a message has passed, as the process that saw it says it. */
export interface TraceNote {
  readonly messageId: MessageId | string;
  readonly lane: Lane;
  readonly stage: TraceStage;
  /** Wall clock; default: now. */
  readonly atMs?: number;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly texts?: Readonly<Record<string, string>>;
}
