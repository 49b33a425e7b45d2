import type { Bus, Clock } from '@longwire/domain';
import { RoomBatch } from '@longwire/protos/bus/v1';
import type { SealedBatch } from '../aggregate/room-window.ts';
import type { BatchEncoder } from '../compress/batch-encoder.ts';

export interface ForwardObserver {
  /** The batch was handed to the bus. */
  readonly onForwarded: (batch: SealedBatch, latencyMs: number) => void;
  /** The bus was cut off or full: the batch is gone, its seqs are a gap that clients can resume from. */
  readonly onLost: (batch: SealedBatch) => void;
}

export interface RoomForwarderOptions {
  readonly bus: Bus;
  readonly encoder: BatchEncoder;
  readonly clock: Clock;
  readonly observer: ForwardObserver;
}

/** The partition a batch leaves from. */
export interface BatchOrigin {
  readonly partition: number;
  /** Of the lease: fences what an older owner still sends. */
  readonly epoch: number;
  readonly needs: number;
}

/** Encodes a batch and publishes it once to its room, whatever the number of viewers. Never waits, never repeats. */
export class RoomForwarder {
  readonly #options: RoomForwarderOptions;

  constructor(options: RoomForwarderOptions) {
    this.#options = options;
  }

  forward(batch: SealedBatch, origin: BatchOrigin): void {
    const { bus, encoder, clock, observer } = this.#options;
    const payload = RoomBatch.encode({
      roomId: batch.roomId,
      partition: origin.partition,
      epoch: origin.epoch,
      firstSeq: batch.firstSeq,
      count: batch.bodies.length,
      encodings: encoder.encode(batch.bodies, origin.needs),
      firstAcceptedAtMs: batch.firstAcceptedAtMs,
      roomEpoch: batch.epoch,
    }).finish();
    const outcome = bus.publish({ kind: 'room-batch', roomId: batch.roomId }, payload);
    if (outcome === 'sent') observer.onForwarded(batch, clock.monotonic() - batch.firstTakenAtMs);
    else observer.onLost(batch);
  }
}
