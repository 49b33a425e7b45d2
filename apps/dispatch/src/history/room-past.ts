import type { HistoryEntry, RoomId } from '@longwire/domain';
import type { HistoryBatch } from '@longwire/protos/bus/v1';
import { encodeMessageFrames } from '@longwire/wire';
import { asBuffer } from '@longwire/runtime';
import { frameBytesOf } from '../aggregate/room-window.ts';

/** JSON objects with `lw`, in order of seq. */
export type Bodies = readonly Uint8Array[];

/** Which run of a room's past is wanted: all there is up to `lastSeq`. */
export interface PastRequest {
  readonly roomId: RoomId;
  readonly epoch: number;
  readonly lastSeq: number;
}

/** Small batches are joined up to this, so that a compressed one saves bytes and none becomes large. */
const BATCH_BYTES = 32 * 1024;

/** The messages after `afterSeq` as batches for the bus. */
export function toHistoryBatches(entries: readonly HistoryEntry<Bodies>[], afterSeq: number): HistoryBatch[] {
  const batches: HistoryBatch[] = [];
  let bodies: Uint8Array[] = [];
  let sizeBytes = 0;
  let nextSeq = 0;
  const end = (): void => {
    if (bodies.length === 0) return;
    const frames = asBuffer(encodeMessageFrames(bodies));
    batches.push({ firstSeq: nextSeq - bodies.length, count: bodies.length, frames });
    bodies = [];
    sizeBytes = 0;
  };
  for (const entry of entries) {
    for (const [index, body] of entry.value.entries()) {
      if (entry.firstSeq + index <= afterSeq) continue;
      const frameBytes = frameBytesOf(body);
      if (sizeBytes + frameBytes > BATCH_BYTES) end();
      bodies.push(body);
      sizeBytes += frameBytes;
      nextSeq = entry.firstSeq + index + 1;
    }
  }
  end();
  return batches;
}
