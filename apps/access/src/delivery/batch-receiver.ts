import type { Clock } from '@longwire/domain';
import { PARTITION_COUNT } from '@longwire/domain';
import { ExpressFrame, RoomBatch } from '@longwire/protos/bus/v1';
import type { AccessMetrics } from '../metrics.ts';
import { emptyTally, fanOutBulk, fanOutExpress } from '../room/fan-out.ts';
import type { Room } from '../room/room.ts';
import { EncodedBatch } from './encoded-batch.ts';
import { settleFanOut } from './fan-out-settler.ts';

export interface BatchReceiverOptions {
  readonly metrics: AccessMetrics;
  readonly clock: Clock;
}

/**
 * Takes what dispatch forwards for one room and writes it to every member in the same turn, so that a room's messages
 * stay in order. Never throws: bytes that are no batch are counted and dropped.
 */
export class BatchReceiver {
  readonly #metrics: AccessMetrics;
  readonly #clock: Clock;
  /** The newest epoch seen per partition: what an owner sends after it was replaced is dropped. */
  readonly #epochs = new Float64Array(PARTITION_COUNT);

  constructor({ metrics, clock }: BatchReceiverOptions) {
    this.#metrics = metrics;
    this.#clock = clock;
  }

  onBulk(room: Room, payload: Uint8Array): void {
    const batch = decodeOrNull(() => RoomBatch.decode(payload));
    if (batch === null) {
      this.#metrics.malformed.inc({ topic: 'room-batch' });
      return;
    }
    if (batch.epoch < (this.#epochs[batch.partition] ?? 0)) {
      this.#metrics.staleBatches.inc();
      return;
    }
    this.#epochs[batch.partition] = batch.epoch;
    room.epoch = batch.epoch;
    room.lastSeq = batch.firstSeq + batch.count - 1;
    if (room.members.length === 0) return;
    const encoded = EncodedBatch.of(batch.encodings, this.#metrics.onRecoded);
    const tally = emptyTally();
    fanOutBulk(encoded, room.members, { start: 0, end: room.members.length }, tally);
    this.#metrics.fanOuts.inc({ kind: 'room' });
    this.#metrics.batchDelay.observe(Math.max(0, this.#clock.now() - batch.firstAcceptedAtMs) / 1000);
    settleFanOut(tally, 'bulk', this.#metrics);
  }

  onExpress(room: Room, payload: Uint8Array): void {
    const message = decodeOrNull(() => ExpressFrame.decode(payload));
    if (message === null) {
      this.#metrics.malformed.inc({ topic: 'room-batch' });
      return;
    }
    if (room.members.length === 0) return;
    const encoded = EncodedBatch.ofPlain(message.frame, this.#metrics.onRecoded);
    const tally = emptyTally();
    fanOutExpress(encoded, room.members, { start: 0, end: room.members.length }, tally);
    this.#metrics.fanOuts.inc({ kind: 'room-express' });
    settleFanOut(tally, 'express', this.#metrics);
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
