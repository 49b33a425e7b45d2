import type { ClientEvent, EventLog, PresenceEvent, UplinkEvent } from '@longwire/domain';

/** Most enter and leave events kept while the log cannot be written; beyond that the oldest are let go, and counted. */
export const MAX_KEPT_EVENTS = 10_000;
/** Most events written at once. */
const STEP = 500;

/**
 * The way of this process's events into the log. What the log refuses is kept, in order and bounded, and written
 * before anything newer. Enters and leaves are confirmed to their store only then: what is let go at the bound, or dies
 * with the process, is handed out again by the store. So they are in the log at least once, by the same id.
 */
export interface EventOutbox {
  /** Takes events that nobody waits for. */
  appendLater(events: readonly PresenceEvent[]): void;
  /** Writes `entered` and then `uplinks`; false: the uplinks are not in the log and not kept (`entered` are). */
  append(entered: readonly PresenceEvent[], uplinks: readonly UplinkEvent[]): Promise<boolean>;
  /** Writes what is kept. Rejects with what the log rejects with. */
  flush(): Promise<void>;
  /** Events kept now. */
  keptCount(): number;
}

export interface EventOutboxOptions {
  readonly log: Pick<EventLog, 'append'>;
  /** Enters and leaves are in the log: the store may forget them. When it rejects they may be told again. */
  readonly confirm: (events: readonly PresenceEvent[]) => Promise<void>;
  /** Told of events that were let go at the bound. Must not throw. */
  readonly onDropped: (count: number) => void;
  /** Told of events that were written. Must not throw. */
  readonly onAppended: (events: readonly ClientEvent[]) => void;
  /** Told of each refusal by the log. Must not throw. */
  readonly onFault: (fault: unknown) => void;
}

export function createEventOutbox(options: EventOutboxOptions): EventOutbox {
  const { log, confirm, onDropped, onAppended, onFault } = options;
  const kept: PresenceEvent[] = [];
  let flushing: Promise<void> | undefined;

  const keep = (events: readonly PresenceEvent[]): void => {
    for (const event of events) kept.push(event);
    const excess = kept.length - MAX_KEPT_EVENTS;
    if (excess <= 0) return;
    kept.splice(0, excess);
    onDropped(excess);
  };
  const write = async (events: readonly ClientEvent[]): Promise<void> => {
    await log.append(events);
    onAppended(events);
  };
  const flushAll = async (): Promise<void> => {
    try {
      while (kept.length > 0) {
        const step = kept.slice(0, STEP);
        await write(step);
        await confirm(step).catch(onFault);
        // The bound may have dropped some of them meanwhile: only what is still there is taken off.
        const written = new Set(step);
        while (kept[0] !== undefined && written.has(kept[0])) kept.shift();
      }
    } finally {
      // In the same turn as the last look at `kept`: what is kept from now on starts a flush of its own.
      flushing = undefined;
    }
  };
  const flush = async (): Promise<void> => {
    if (kept.length === 0) return;
    flushing ??= flushAll();
    await flushing;
  };

  return {
    keptCount: () => kept.length,
    flush,
    appendLater(events) {
      if (events.length === 0) return;
      keep(events);
      // A flush under way takes them along; one more listener per call would pile up on a log that hangs.
      if (flushing === undefined) flush().catch(onFault);
    },
    async append(entered, uplinks) {
      keep(entered);
      try {
        await flush();
        await write(uplinks);
        return true;
      } catch (fault) {
        onFault(fault);
        return false;
      }
    },
  };
}
