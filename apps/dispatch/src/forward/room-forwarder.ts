import type { Bus, Clock, RoomId } from '@longwire/domain';
import { RoomBatch } from '@longwire/protos/bus/v1';
import { toKeyBytes } from '../aggregate/id-key.ts';
import type { EncodedBatch } from '@longwire/protos/bus/v1';
import type { SealedBatch } from '../aggregate/room-window.ts';
import type { PendingBatch, RoomCompressor } from '../compress/room-compressor.ts';
import { wantedEncodings } from '../dictionary/audience.ts';
import type { NodeAudience } from '../dictionary/audience.ts';
import type { DictionaryKeeper } from '../dictionary/dictionary-keeper.ts';

export interface ForwardObserver {
  /** The batch was handed to the bus. */
  readonly onForwarded: (batch: SealedBatch, latencyMs: number) => void;
  /** The bus was cut off or full: the batch is gone, its seqs are a gap that clients can resume from. */
  readonly onLost: (batch: SealedBatch) => void;
  /** The partition was lost while the batch was being compressed: nothing of it is sent. */
  readonly onStale: (batch: SealedBatch) => void;
}

export interface RoomForwarderOptions {
  readonly bus: Pick<Bus, 'publish'>;
  readonly compressor: Pick<RoomCompressor, 'compress'>;
  readonly dictionaries: Pick<DictionaryKeeper, 'use'>;
  readonly clock: Clock;
  readonly observer: ForwardObserver;
}

/** The partition a batch leaves from. */
export interface BatchOrigin {
  readonly partition: number;
  /** Of the lease: fences what an older owner still sends. */
  readonly epoch: number;
  /** Still this process's? Nothing leaves from a partition that is another's. */
  readonly isHeld: boolean;
}

interface Waiting {
  readonly origin: BatchOrigin;
  readonly pending: PendingBatch;
}

/**
 * Encodes a batch and publishes it once to its room, whatever the number of viewers. A batch may wait for its best form; a
 * room has one such at most, and it leaves before the next.
 */
export class RoomForwarder {
  readonly #options: RoomForwarderOptions;
  readonly #waiting = new Map<RoomId, Waiting>();

  constructor(options: RoomForwarderOptions) {
    this.#options = options;
  }

  forward(batch: SealedBatch, origin: BatchOrigin, audience: readonly NodeAudience[]): void {
    const { roomId, frames: plain, count: messages } = batch;
    this.#waiting.get(roomId)?.pending.settle();
    const { compressor, dictionaries } = this.#options;
    const dictionary = dictionaries.use({ roomId, owner: origin, plain, messages }, audience);
    const wanted = wantedEncodings(audience, dictionary?.id ?? 0);
    const work = { roomId, plain, messages, wanted, dictionary, isUrgent: batch.reason === 'idle' };
    const pending = compressor.compress(work, (encodings) => {
      this.#waiting.delete(roomId);
      this.#publish(batch, origin, encodings);
    });
    if (pending !== null) this.#waiting.set(roomId, { origin, pending });
  }

  /** Sends what waits of one partition, in this call. */
  settle(origin: BatchOrigin): void {
    for (const waiting of this.#waiting.values()) if (waiting.origin === origin) waiting.pending.settle();
  }

  #publish(batch: SealedBatch, { partition, epoch, isHeld }: BatchOrigin, encodings: EncodedBatch[]): void {
    const { bus, clock, observer } = this.#options;
    if (!isHeld) {
      observer.onStale(batch);
      return;
    }
    const payload = RoomBatch.encode({
      roomId: batch.roomId,
      partition,
      epoch,
      firstSeq: batch.firstSeq,
      count: batch.count,
      encodings,
      firstAcceptedAtMs: batch.firstAcceptedAtMs,
      roomEpoch: batch.epoch,
      idKeys: toKeyBytes(batch.idKeys),
      ...(batch.tracedIds === undefined ? undefined : { trace: { messageIds: [...batch.tracedIds] } }),
      dictionary: undefined,
    }).finish();
    const outcome = bus.publish({ kind: 'room-batch', roomId: batch.roomId }, payload);
    if (outcome === 'sent') observer.onForwarded(batch, clock.monotonic() - batch.firstTakenAtMs);
    else observer.onLost(batch);
  }
}
