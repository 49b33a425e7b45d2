import { plainSlotOf } from '../delivery/slot.ts';
import type { Slot } from '../delivery/slot.ts';
import type { BulkOutcome, ExpressOutcome } from '../connection/outbox.ts';

/** What a fan-out needs to know of a connection, in fields it can read without a call. */
export interface FanOutMember {
  readonly outbox: { offerBulk(bytes: Uint8Array): BulkOutcome; offerExpress(bytes: Uint8Array): ExpressOutcome };
  /** Which of a batch's buffers it gets. Fixed before it joins its first room. */
  readonly slot: Slot;
  readonly isClosed: boolean;
}

/** What is written: one buffer per slot, null where nothing in it can be read. */
export interface FanOutBatch {
  slotOf(member: { readonly slot: Slot }): Slot;
  bytesOf(slot: Slot): Uint8Array | null;
}

/** What became of one batch, summed over the members it was offered to. */
export interface FanOutTally {
  frames: number;
  bytes: number;
  /** Members that lagged too far behind to be given it. */
  shed: number;
  /** Members for whom no encoding of it could be read. */
  unreadable: number;
  /** Members whose outbox is at its bound: to be closed as slow consumers by the caller. */
  full: FanOutMember[] | null;
}

export function emptyTally(): FanOutTally {
  return { frames: 0, bytes: 0, shed: 0, unreadable: 0, full: null };
}

/**
 * Offers a bulk batch to the members from `start` up to `end`, adding to `tally`: the same buffer to all who share
 * encoding and transport, no allocation per member. Members that have closed since the list was made are passed over.
 * Guarded by the benches `fan-out`, `growth` and `broadcast`.
 */
export function fanOutBulk(batch: FanOutBatch, members: readonly FanOutMember[], span: Span, tally: FanOutTally): void {
  for (let index = span.start; index < span.end; index += 1) {
    const member = members[index];
    if (member === undefined || member.isClosed) continue;
    const bytes = batch.bytesOf(batch.slotOf(member));
    if (bytes === null) {
      tally.unreadable += 1;
    } else if (member.outbox.offerBulk(bytes) === 'shed') {
      tally.shed += 1;
    } else {
      tally.frames += 1;
      tally.bytes += bytes.length;
    }
  }
}

/** Offers an express message, always plain, likewise; what it does not fit into ends up in `tally.full`. */
export function fanOutExpress(
  batch: FanOutBatch,
  members: readonly FanOutMember[],
  span: Span,
  tally: FanOutTally,
): void {
  for (let index = span.start; index < span.end; index += 1) {
    const member = members[index];
    if (member === undefined || member.isClosed) continue;
    const bytes = batch.bytesOf(plainSlotOf(member.slot));
    if (bytes === null) {
      tally.unreadable += 1;
    } else if (member.outbox.offerExpress(bytes) === 'full') {
      tally.full ??= [];
      tally.full.push(member);
    } else {
      tally.frames += 1;
      tally.bytes += bytes.length;
    }
  }
}

/** Part of a list: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
