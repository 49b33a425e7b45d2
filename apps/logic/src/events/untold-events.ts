import type { PresenceStore } from '@longwire/domain';
import type { EventOutbox } from './event-outbox.ts';

/** Events taken at once. */
export const EVENTS_STEP = 500;

export interface UntoldEventsOptions {
  readonly store: Pick<PresenceStore, 'takeEvents'>;
  readonly outbox: Pick<EventOutbox, 'appendLater' | 'flush'>;
}

/**
 * One round: moves into the event log the leaves whose grace has ended, and what another process was handed and never
 * confirmed. While the log cannot be written none are taken. Rejects with `store-unavailable`.
 */
export async function tellUntoldEvents({ store, outbox }: UntoldEventsOptions, signal: AbortSignal): Promise<void> {
  for (let taken = EVENTS_STEP; taken === EVENTS_STEP;) {
    if (signal.aborted) return;
    await outbox.flush();
    const events = await store.takeEvents(EVENTS_STEP);
    outbox.appendLater(events);
    taken = events.length;
  }
  await outbox.flush();
}
