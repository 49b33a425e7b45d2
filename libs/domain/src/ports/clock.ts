/** A timer that can be called off. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as a port, so that tests own it. */
export interface Clock {
  /** Wall clock, ms since 1970. May jump; only for what is told to others. */
  now(): number;
  /** Monotonic, ms with fractions, origin unknown. For spans and deadlines. */
  monotonic(): number;
  /** Calls `task` once after `delayMs`. The timer does not keep the process alive. */
  after(delayMs: number, task: () => void): Timer;
  /** Calls `task` every `periodMs` until cancelled. The timer does not keep the process alive. */
  every(periodMs: number, task: () => void): Timer;
}
