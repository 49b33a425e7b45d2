import type { HistoryEntry } from '@longwire/domain';
import { ENCODING_BITS } from '@longwire/domain';
import type { HistoryBatch } from '@longwire/protos/bus/v1';
import { HEADER_BYTES } from '@longwire/wire';
import type { OnRecoded, WireEncoding } from '../delivery/encoded-batch.ts';
import { EncodedBatch } from '../delivery/encoded-batch.ts';
import { plainSlotOf } from '../delivery/slot.ts';

/** A batch as it came, kept in the encodings it came in. */
export type PastBatch = HistoryEntry<readonly WireEncoding[]>;

export interface BatchPosition {
  readonly firstSeq: number;
  readonly count: number;
  readonly atMs: number;
}

const STREAM_SLOT = plainSlotOf(0);

/** Keeps a batch of the bus as it was decoded: that has copied its bytes out of the larger buffer they came in. */
export function toPastBatch({ firstSeq, count, atMs }: BatchPosition, value: readonly WireEncoding[]): PastBatch {
  let sizeBytes = 0;
  for (const { frames } of value) sizeBytes += frames.length;
  return { firstSeq, count, atMs, sizeBytes, value };
}

/** The same for plain frames that nobody else keeps. */
export function plainPastBatch(position: BatchPosition, frames: Uint8Array): PastBatch {
  return { ...position, sizeBytes: frames.length, value: [{ encoding: ENCODING_BITS.plain, frames }] };
}

/** The messages of a batch from one seq to another, both included, plain; null when its bytes cannot be read. */
export function cutPlain(batch: PastBatch, fromSeq: number, toSeq: number, onRecoded: OnRecoded): HistoryBatch | null {
  const plain = EncodedBatch.of(batch.value, onRecoded).bytesOf(STREAM_SLOT);
  if (plain === null) return null;
  const firstSeq = Math.max(batch.firstSeq, fromSeq);
  const lastSeq = Math.min(batch.firstSeq + batch.count - 1, toSeq);
  const start = skipFrames(plain, 0, firstSeq - batch.firstSeq);
  const end = skipFrames(plain, start, lastSeq - firstSeq + 1);
  if (end > plain.length || lastSeq < firstSeq) return null;
  const frames = Buffer.from(plain.buffer, plain.byteOffset + start, end - start);
  return { firstSeq, count: lastSeq - firstSeq + 1, frames };
}

/** Where the frame begins that is `count` frames after the one at `offset`; beyond the end when there are not so many. */
function skipFrames(frames: Uint8Array, offset: number, count: number): number {
  const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
  let at = offset;
  for (let skipped = 0; skipped < count; skipped += 1) {
    if (at + HEADER_BYTES > frames.length) return frames.length + 1;
    at += Math.max(HEADER_BYTES, view.getUint32(at));
  }
  return at;
}
