import type { ClientEvent } from '../client-event.ts';

export interface LoggedEvent {
  /** Position in the log: opaque, sortable by the log alone, handed back to resume. */
  readonly position: string;
  readonly event: ClientEvent;
}

/**
 * What happened at the clients, in order of arrival, for those who read it over. Keeps the newest `maxEvents`
 * (default 100,000) for at most 24 h; older ones are gone, which a reader that was behind is told by `isGap`.
 */
export interface EventLog {
  /** Stored when it resolves. Rejects with `store-unavailable`; a repeat of an `eventId` may be stored again. */
  append(events: readonly ClientEvent[]): Promise<void>;
  /**
   * Reads up to `limit` events after `position` (`'0'` the beginning, `'$'` only what comes from now on), waiting up to
   * `waitMs` for the first. `next` is where to go on, also when nothing came.
   */
  readAfter(position: string, options: { limit: number; waitMs: number; signal?: AbortSignal }): Promise<EventPage>;
}

export interface EventPage {
  readonly events: readonly LoggedEvent[];
  readonly next: string;
  /** Events between the asked position and the first one returned are no longer kept. */
  readonly isGap: boolean;
}
