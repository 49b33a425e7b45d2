import { lastSeqOf } from '@longwire/domain';
import type { OnRecoded } from '../delivery/encoded-batch.ts';
import { EncodedBatch } from '../delivery/encoded-batch.ts';
import type { Slot } from '../delivery/slot.ts';
import { withoutDictionary } from '../delivery/slot.ts';
import type { Room } from '../room/room.ts';
import type { PastBatch } from './past-batch.ts';
import { cutPlain } from './past-batch.ts';

/** What a client gets after op 23: frames of its own encoding and framing, in one buffer. */
export interface Replay {
  readonly bytes: Uint8Array;
  readonly frames: number;
  readonly messages: number;
}

const NOTHING: Replay = { bytes: new Uint8Array(0), frames: 0, messages: 0 };
/** Replays remembered for the rest of a crowd that comes back at the same time, and their bytes: the oldest go first. */
export const MAX_REMEMBERED = 32;
export const MAX_REMEMBERED_BYTES = 16 * 1024 * 1024;

/** Turns kept batches into what a client reads. A crowd that missed the same shares one buffer, made once. */
export class Replays {
  readonly #onRecoded: OnRecoded;
  readonly #made = new Map<string, Replay>();
  #sizeBytes = 0;

  constructor(onRecoded: OnRecoded) {
    this.#onRecoded = onRecoded;
  }

  /** Of those that are remembered. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /**
   * The messages after `seq` up to where the room stands, from batches that hold exactly these and at most some before.
   * Null when one of them cannot be read.
   */
  make(room: Room, batches: readonly PastBatch[], position: { seq: number; slot: Slot }): Replay | null {
    if (batches.length === 0) return NOTHING;
    const { seq } = position;
    // Who comes back has no dictionary of before.
    const slot = withoutDictionary(position.slot);
    const key = `${room.roomId} ${room.epoch} ${seq} ${room.lastSeq} ${slot}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const parts: Uint8Array[] = [];
    for (const batch of batches) {
      const bytes = this.#encode(batch, seq).bytesOf(slot);
      if (bytes === null) return null;
      parts.push(bytes);
    }
    const replay = { bytes: Buffer.concat(parts), frames: parts.length, messages: room.lastSeq - seq };
    this.#remember(key, replay);
    return replay;
  }

  /** To be called now and then: what was made for a crowd is of no use once it is back. */
  forget(): void {
    this.#made.clear();
    this.#sizeBytes = 0;
  }

  #remember(key: string, replay: Replay): void {
    this.#made.set(key, replay);
    this.#sizeBytes += replay.bytes.length;
    for (const [oldest, { bytes }] of this.#made) {
      if (this.#made.size <= MAX_REMEMBERED && this.#sizeBytes <= MAX_REMEMBERED_BYTES) return;
      this.#made.delete(oldest);
      this.#sizeBytes -= bytes.length;
    }
  }

  #encode(batch: PastBatch, seq: number): EncodedBatch {
    if (batch.firstSeq > seq) return EncodedBatch.of(batch.value, this.#onRecoded);
    const rest = cutPlain(batch, seq + 1, lastSeqOf(batch), this.#onRecoded);
    return rest === null ? EncodedBatch.of([], this.#onRecoded) : EncodedBatch.ofPlain(rest.frames, this.#onRecoded);
  }
}
