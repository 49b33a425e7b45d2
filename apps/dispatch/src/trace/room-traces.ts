import type { TraceSink } from '@longwire/vitals';
import type { MessageClass } from '../aggregate/message-class.ts';
import type { SealedBatch } from '../aggregate/room-window.ts';
import type { RoomPosition } from '../partition/room-positions.ts';

const lane = 'bulk' as const;

/** Says where traced room messages stand in this process. Asked for such messages and their batches alone. */
export class RoomTraces {
  readonly #sink: TraceSink;

  constructor(sink: TraceSink) {
    this.#sink = sink;
  }

  taken(messageId: string, { epoch, seq }: RoomPosition): void {
    this.#sink.note({ messageId, lane, stage: 'taken', numbers: { epoch, seq } });
  }

  shed(messageId: string, kind: MessageClass): void {
    this.#sink.note({ messageId, lane, stage: 'shed', texts: { class: kind } });
  }

  /** The window has ended; the batch waits for its turn to be encoded. */
  flushed({ tracedIds = [], count, reason, frames }: SealedBatch): void {
    const numbers = { batchMessages: count, sizeBytes: frames.length };
    for (const messageId of tracedIds) {
      this.#sink.note({ messageId, lane, stage: 'flushed', numbers, texts: { reason } });
    }
  }

  /** It was handed to the bus, in one go for all access nodes with members. */
  forwarded({ tracedIds = [], count }: SealedBatch): void {
    const numbers = { batchMessages: count };
    for (const messageId of tracedIds) this.#sink.note({ messageId, lane, stage: 'forwarded', numbers });
  }
}
