import type { PresenceStore } from '@longwire/domain';
import type { EventOutbox } from './event-outbox.ts';

/** Leaves taken at once. */
export const LEAVES_STEP = 500;

export interface DueLeavesOptions {
  readonly store: Pick<PresenceStore, 'takeDueLeaves'>;
  readonly outbox: Pick<EventOutbox, 'appendLater' | 'flush'>;
}

/**
 * One round: moves the leaves whose grace has ended into the event log. While the log cannot be written none are taken,
 * since they are safer in the store than in this process. Rejects with `store-unavailable`.
 */
export async function moveDueLeaves({ store, outbox }: DueLeavesOptions, signal: AbortSignal): Promise<void> {
  for (let taken = LEAVES_STEP; taken === LEAVES_STEP;) {
    if (signal.aborted) return;
    await outbox.flush();
    const leaves = await store.takeDueLeaves(LEAVES_STEP);
    outbox.appendLater(leaves);
    taken = leaves.length;
  }
  await outbox.flush();
}
