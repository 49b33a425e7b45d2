import type { HistoryEntry, RoomId } from '@longwire/domain';
import type { HistoryBatch } from '@longwire/protos/bus/v1';
import { asBuffer } from '@longwire/runtime';
import { joinFrames } from '@longwire/wire';

/** What is kept of one batch. */
export interface SentBatch {
  /** Plain frames, one behind the other, in order of seq. */
  readonly frames: Uint8Array;
  /** Of those that may be pushed again, joined; empty for what an owner before has sent. */
  readonly idKeys: string;
}

/** Which run of a room's past is wanted: all there is up to `lastSeq`. */
export interface PastRequest {
  readonly roomId: RoomId;
  readonly epoch: number;
  readonly lastSeq: number;
}

/** Small batches are joined up to this, so that a compressed one saves bytes and none becomes large. */
const BATCH_BYTES = 32 * 1024;

/** The messages after `afterSeq` as batches for the bus. */
export function toHistoryBatches(entries: readonly HistoryEntry<SentBatch>[], afterSeq: number): HistoryBatch[] {
  const batches: HistoryBatch[] = [];
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  let nextSeq = 0;
  const end = (): void => {
    if (parts.length === 0) return;
    batches.push({ firstSeq: nextSeq - parts.length, count: parts.length, frames: asBuffer(joinFrames(parts)) });
    parts = [];
    sizeBytes = 0;
  };
  for (const { firstSeq, value } of entries) {
    let seq = firstSeq;
    for (const frame of eachFrame(value.frames)) {
      if (seq > afterSeq) {
        if (sizeBytes + frame.length > BATCH_BYTES) end();
        parts.push(frame);
        sizeBytes += frame.length;
        nextSeq = seq + 1;
      }
      seq += 1;
    }
  }
  end();
  return batches;
}

/** The frames of a run as parts of it. */
function* eachFrame(frames: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
  for (let offset = 0; offset < frames.length;) {
    const end = offset + view.getUint32(offset);
    yield frames.subarray(offset, end);
    offset = end;
  }
}
