import type { ClientEvent, Clock, EventLog, EventPage, LoggedEvent } from '@longwire/domain';

const KEEP_MS = 24 * 3600_000;
const DEFAULT_MAX_EVENTS = 100_000;

interface Stored {
  readonly event: ClientEvent;
  readonly storedAtMs: number;
}

export interface MemoryEventLogOptions {
  readonly clock: Clock;
  /** Newest events that are kept; default 100,000. */
  readonly maxEvents?: number;
}

/**
 * An EventLog for one process. Positions are `<start of this log, ms>-<number>`: one from an earlier run is told
 * apart, and answered from the beginning with `isGap`.
 */
export function createMemoryEventLog(options: MemoryEventLogOptions): EventLog {
  const { clock, maxEvents = DEFAULT_MAX_EVENTS } = options;
  const run = clock.now();
  const waiting = new Set<() => void>();
  let stored: Stored[] = [];
  // Number of the last event that was dropped; the first one kept is `dropped + 1`.
  let dropped = 0;

  const end = (): number => dropped + stored.length;
  const positionOf = (number: number): string => `${run}-${number}`;

  const trim = (): void => {
    // Dropped by the half, so that a full log does not move all its events at each append.
    if (stored.length > maxEvents * 1.5 + 64) dropFirst(stored.length - maxEvents);
    const oldestMs = clock.monotonic() - KEEP_MS;
    if (stored[0] !== undefined && stored[0].storedAtMs < oldestMs) {
      const firstKept = stored.findIndex((entry) => entry.storedAtMs >= oldestMs);
      dropFirst(firstKept === -1 ? stored.length : firstKept);
    }
  };
  const dropFirst = (count: number): void => {
    stored = stored.slice(count);
    dropped += count;
  };

  const resolvePosition = (position: string): { after: number; isForeign: boolean } => {
    if (position === '0') return { after: dropped, isForeign: false };
    if (position === '$') return { after: end(), isForeign: false };
    const [runText, numberText] = position.split('-');
    const number = Number(numberText);
    const isForeign = Number(runText) !== run || !Number.isSafeInteger(number) || number > end();
    return { after: isForeign ? dropped : number, isForeign };
  };

  const pageAfter = (after: number, limit: number, isForeign: boolean): EventPage => {
    const first = Math.max(after, dropped);
    const events = stored
      .slice(first - dropped, first - dropped + limit)
      .map(({ event }, index): LoggedEvent => ({ position: positionOf(first + index + 1), event }));
    return { events, next: positionOf(first + events.length), isGap: isForeign || after < dropped };
  };

  const whenAppended = (waitMs: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        timer.cancel();
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = clock.after(waitMs, wake);
      waiting.add(wake);
      signal?.addEventListener('abort', wake);
    });

  return {
    append(events) {
      const storedAtMs = clock.monotonic();
      for (const event of events) stored.push({ event, storedAtMs });
      trim();
      for (const wake of waiting) wake();
      return Promise.resolve();
    },
    async readAfter(position, { limit, waitMs, signal }) {
      const { after, isForeign } = resolvePosition(position);
      const isWorthWaiting = end() <= after && !isForeign && waitMs > 0 && signal?.aborted !== true;
      if (isWorthWaiting) await whenAppended(waitMs, signal);
      return pageAfter(after, limit, isForeign);
    },
  };
}
