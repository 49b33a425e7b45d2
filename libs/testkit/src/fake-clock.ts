import type { Clock, Timer } from '@longwire/domain';

/** A clock that stands still until the test moves it. */
export interface FakeClock extends Clock {
  /** Moves both clocks on, running what falls due in order of its time, each at its own moment. Synchronous. */
  advance(ms: number): void;
  /** Like {@link advance}, but lets promises and I/O callbacks settle before and after each timer. */
  advanceAsync(ms: number): Promise<void>;
  /** Sets the wall clock alone, as an administrator or NTP would. */
  jumpTo(wallMs: number): void;
  /** Timers not yet fired nor cancelled: a stopped component leaves 0. */
  pendingTimers(): number;
}

interface Entry {
  readonly order: number;
  readonly periodMs: number | undefined;
  readonly task: () => void;
  dueMs: number;
}

const DEFAULT_START_MS = Date.UTC(2030, 0, 1);

/** A fake clock at `startMs` (default 2030-01-01), its monotonic time at 0. */
export function fakeClock(startMs: number = DEFAULT_START_MS): FakeClock {
  const entries = new Set<Entry>();
  let elapsedMs = 0;
  let offsetMs = startMs;
  let nextOrder = 0;

  const schedule = (delayMs: number, periodMs: number | undefined, task: () => void): Timer => {
    const entry: Entry = { order: nextOrder, periodMs, task, dueMs: elapsedMs + Math.max(0, delayMs) };
    nextOrder += 1;
    entries.add(entry);
    return { cancel: () => void entries.delete(entry) };
  };

  const nextDue = (untilMs: number): Entry | undefined => {
    let next: Entry | undefined;
    for (const entry of entries) {
      if (entry.dueMs > untilMs) continue;
      if (next === undefined || entry.dueMs < next.dueMs || (entry.dueMs === next.dueMs && entry.order < next.order)) {
        next = entry;
      }
    }
    return next;
  };

  const fire = (entry: Entry): void => {
    elapsedMs = Math.max(elapsedMs, entry.dueMs);
    if (entry.periodMs === undefined) entries.delete(entry);
    else entry.dueMs += Math.max(1, entry.periodMs);
    entry.task();
  };

  return {
    now: () => Math.floor(offsetMs + elapsedMs),
    monotonic: () => elapsedMs,
    after: (delayMs, task) => schedule(delayMs, undefined, task),
    every: (periodMs, task) => schedule(Math.max(1, periodMs), periodMs, task),
    advance(ms) {
      const untilMs = elapsedMs + ms;
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) fire(due);
      elapsedMs = untilMs;
    },
    async advanceAsync(ms) {
      const untilMs = elapsedMs + ms;
      await settle();
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
        fire(due);
        await settle();
      }
      elapsedMs = untilMs;
      await settle();
    },
    jumpTo: (wallMs) => void (offsetMs = wallMs - elapsedMs),
    pendingTimers: () => entries.size,
  };
}

/** Lets promise chains and callbacks that are ready now run to their end: two turns of the event loop. */
export async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  await new Promise<void>((resolve) => setImmediate(resolve));
}
