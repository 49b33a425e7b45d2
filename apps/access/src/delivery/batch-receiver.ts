import type { Clock } from '@longwire/domain';
import { ExpressFrame, RoomBatch } from '@longwire/protos/bus/v1';
import type { AccessMetrics } from '../metrics.ts';
import { emptyTally, fanOutBulk, fanOutExpress } from '../room/fan-out.ts';
import type { PastBatch } from '../resume/past-batch.ts';
import { toPastBatch } from '../resume/past-batch.ts';
import type { RoomPast } from '../resume/room-past.ts';
import type { Room } from '../room/room.ts';
import type { WireEncoding } from './encoded-batch.ts';
import type { RecentMessages } from './dedup.ts';
import { EncodedBatch } from './encoded-batch.ts';
import { settleFanOut } from './fan-out-settler.ts';
import type { PartitionFences } from './partition-fences.ts';

export interface BatchReceiverOptions {
  readonly metrics: AccessMetrics;
  readonly clock: Clock;
  readonly past: RoomPast;
  readonly fences: PartitionFences;
  /** Express messages for many that were written here: shared by all ways they come. */
  readonly recent: RecentMessages;
  /** A new owner counts from before what this node has seen: it must be told where the room stands here. */
  readonly onAhead: (room: Room) => void;
}

/**
 * Takes what dispatch forwards for one room and writes it to every member in the same turn, so that a room's messages
 * stay in order. Never throws: bytes that are no batch are counted and dropped.
 */
export class BatchReceiver {
  readonly #options: BatchReceiverOptions;

  constructor(options: BatchReceiverOptions) {
    this.#options = options;
  }

  onBulk(room: Room, payload: Uint8Array): void {
    const { metrics, clock, past, fences } = this.#options;
    const batch = decodeOrNull(() => RoomBatch.decode(payload));
    if (batch === null) {
      metrics.malformed.inc({ topic: 'room-batch' });
      return;
    }
    const { firstSeq, count, encodings, epoch: ownerEpoch } = batch;
    const epoch = batch.roomEpoch === 0 ? ownerEpoch : batch.roomEpoch;
    if (!fences.admit(batch.partition, ownerEpoch)) {
      metrics.staleBatches.inc();
      return;
    }
    const lastSeq = firstSeq + count - 1;
    // Members have had all up to where the room stands: a copy, filled up from the owner before it came by itself.
    if (epoch < room.epoch || (epoch === room.epoch && lastSeq <= room.lastSeq)) {
      metrics.staleBatches.inc();
      if (ownerEpoch > room.ownerEpoch) this.#options.onAhead(room);
      return;
    }
    past.add(room, toPastBatch({ firstSeq, count, atMs: clock.monotonic() }, encodings), { epoch, ownerEpoch });
    if (room.members.length === 0) return;
    metrics.batchDelay.observe(Math.max(0, clock.now() - batch.firstAcceptedAtMs) / 1000);
    this.#write(room, encodings);
  }

  /** Messages that did not come by themselves: written as if they came now. */
  onMissed(room: Room, batch: PastBatch): void {
    this.#options.metrics.repaired.inc(batch.count);
    if (room.members.length > 0) this.#write(room, batch.value);
  }

  #write(room: Room, encodings: readonly WireEncoding[]): void {
    const { metrics } = this.#options;
    const encoded = EncodedBatch.of(encodings, metrics.onRecoded);
    const tally = emptyTally();
    const { listeners } = room;
    fanOutBulk(encoded, listeners, { start: 0, end: listeners.length }, tally);
    metrics.fanOuts.inc({ kind: 'room' });
    settleFanOut(tally, 'bulk', metrics);
  }

  onExpress(room: Room, payload: Uint8Array): void {
    const { metrics, clock, recent } = this.#options;
    const message = decodeOrNull(() => ExpressFrame.decode(payload));
    if (message === null) {
      metrics.malformed.inc({ topic: 'room-batch' });
      return;
    }
    if (room.members.length === 0) return;
    if (!recent.isNew(message.messageId, clock.monotonic())) {
      metrics.copies.inc({ kind: 'room' });
      return;
    }
    const encoded = EncodedBatch.ofPlain(message.frame, metrics.onRecoded);
    const tally = emptyTally();
    fanOutExpress(encoded, room.members, { start: 0, end: room.members.length }, tally);
    metrics.fanOuts.inc({ kind: 'room-express' });
    settleFanOut(tally, 'express', metrics);
  }
}

/** Protobuf readers throw on damaged bytes; here that is an expected outcome. */
export function decodeOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    // The caller counts it as malformed.
    return null;
  }
}
