import type { Slot } from '../delivery/slot.ts';
import type { OfferOutcome } from '../connection/outbox.ts';
import type { Room } from './room.ts';

/** What a fan-out needs to know of a connection, in fields it can read without a call. */
export interface Member {
  readonly outbox: { offerBulk(bytes: Uint8Array): OfferOutcome; offerExpress(bytes: Uint8Array): OfferOutcome };
  /** Which of a batch's buffers it gets. Fixed before it joins its first room. */
  readonly slot: Slot;
  /** Rooms it is in, oldest first, at most 16. Only {@link Room} changes these two. */
  readonly rooms: Room[];
  /** Its place in each of these rooms' member arrays. */
  readonly roomIndexes: number[];
  /** The last fan-out that reached it: how one over several rooms knows whom it has had. */
  lastFanOut: number;
  readonly isClosed: boolean;
}
