/**
 * When each of a run's messages is due: an open loop, which does not wait for answers. Latency is counted from these
 * times, so a system that stalls pays for every message that was due while it stood still.
 */
export interface Schedule {
  /** Of the first message, by {@link monotonicMs}. */
  readonly startMs: number;
  readonly ratePerSec: number;
  readonly count: number;
}

export function dueAtMs(schedule: Schedule, index: number): number {
  return schedule.startMs + (index * 1000) / schedule.ratePerSec;
}

/** How many messages are due by now, never more than there are. */
export function dueCount(schedule: Schedule, nowMs: number): number {
  if (nowMs < schedule.startMs) return 0;
  const due = Math.floor(((nowMs - schedule.startMs) * schedule.ratePerSec) / 1000) + 1;
  return Math.min(schedule.count, due);
}

/** When the last message is due. */
export function endsAtMs(schedule: Schedule): number {
  return dueAtMs(schedule, Math.max(0, schedule.count - 1));
}

/** A schedule of so many seconds at a rate, at least one message. */
export function scheduleOf(startMs: number, ratePerSec: number, seconds: number): Schedule {
  return { startMs, ratePerSec, count: Math.max(1, Math.round(ratePerSec * seconds)) };
}
