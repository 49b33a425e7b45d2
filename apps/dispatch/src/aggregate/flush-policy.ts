/** When a window ends. */
export interface FlushLimits {
  /** At most one flush of a busy room in this time, unless its window fills up. */
  readonly windowMs: number;
  readonly maxMessages: number;
  /** Of frames, headers included. */
  readonly maxBytes: number;
}

/** A room as the policy sees it. */
export interface WindowView {
  readonly messages: number;
  readonly sizeBytes: number;
  /** undefined: the room is idle, nothing of it left within the last window. */
  readonly msSinceFlush: number | undefined;
}

/**
 * Why a window ended: `idle` is the first of a quiet room, `handover` is the partition leaving this process, `epoch` is
 * the room beginning a new one.
 */
export const FLUSH_REASONS = ['idle', 'time', 'messages', 'bytes', 'handover', 'epoch'] as const;
export type FlushReason = (typeof FLUSH_REASONS)[number];

export type FlushDecision =
  /** Full: seal in this very call. */
  | { readonly when: 'now'; readonly reason: 'messages' | 'bytes' }
  /** Seal at the end of this turn, so that what arrives together leaves together. */
  | { readonly when: 'turn-end'; readonly reason: 'idle' | 'time' }
  | { readonly when: 'later'; readonly delayMs: number; readonly reason: 'time' };

/**
 * The policy "lead": the first message of an idle room leaves at once, then one batch leaves per window, and a window
 * that is full leaves before its time. Adds nothing to a quiet room and bounds the frames of a busy one.
 */
export function decideFlush(limits: FlushLimits, view: WindowView): FlushDecision {
  if (view.messages >= limits.maxMessages) return { when: 'now', reason: 'messages' };
  if (view.sizeBytes >= limits.maxBytes) return { when: 'now', reason: 'bytes' };
  if (view.msSinceFlush === undefined) return { when: 'turn-end', reason: 'idle' };
  const delayMs = limits.windowMs - view.msSinceFlush;
  return delayMs > 0 ? { when: 'later', delayMs, reason: 'time' } : { when: 'turn-end', reason: 'time' };
}

/** True when a frame of this size must start the next batch: no batch of several frames passes `maxBytes`. */
export function isNextBatch(limits: FlushLimits, sizeBytes: number, frameBytes: number): boolean {
  return sizeBytes > 0 && sizeBytes + frameBytes > limits.maxBytes;
}
