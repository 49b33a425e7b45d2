/** How much this process may hold, in bytes: of a room, frames that were taken and have not left; of all, kept buffers too. */
export interface QueueLimits {
  readonly maxRoomBytes: number;
  readonly maxProcessBytes: number;
}

export interface QueueView {
  readonly roomBytes: number;
  readonly processBytes: number;
  readonly frameBytes: number;
}

/** `room-full` and `process-full`: not taken, the service answers 429. */
export const ADMISSIONS = ['take', 'room-full', 'process-full'] as const;
export type Admission = (typeof ADMISSIONS)[number];

/**
 * Decides whether one more message is taken. An idle room of an idle process always gets its message through, however
 * large; the process bound is looked at first, since it protects every room.
 */
export function admit(limits: QueueLimits, view: QueueView): Admission {
  if (view.processBytes > 0 && view.processBytes + view.frameBytes > limits.maxProcessBytes) return 'process-full';
  if (view.roomBytes > 0 && view.roomBytes + view.frameBytes > limits.maxRoomBytes) return 'room-full';
  return 'take';
}
