import { AppError, partitionOf } from '@longwire/domain';
import type { Message, RoomId } from '@longwire/domain';
import { RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import { asBuffer } from '@longwire/runtime';
import { PartitionLine } from './partition-line.ts';
import { requestWithRetry } from './request-with-retry.ts';
import type { RetryingBus } from './request-with-retry.ts';
import { RoomPaces } from './room-pace.ts';

export interface RoomSenderLimits {
  /** Messages that may wait for their partition, over all partitions. */
  readonly maxQueued: number;
  readonly maxQueuedBytes: number;
  /** How long messages of busy rooms may wait for others; 0 is not at all. */
  readonly gatherMs: number;
  readonly onQueueChange: (queued: number) => void;
  readonly onHandOver: () => void;
}

interface Waiting {
  readonly message: Message;
  readonly roomId: RoomId;
  readonly isUnkeyed: boolean;
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
}

const MAX_BATCH_MESSAGES = 256;
// A request must stay below the 1 MiB that nats-server takes by default.
const MAX_BATCH_BYTES = 768 * 1024;
const ENTRY_OVERHEAD_BYTES = 200;

/**
 * Hands room messages to the owner of their partition. Each partition has one request under way at a time: what comes
 * meanwhile gathers and goes with the next, so order holds; messages of busy rooms wait some milliseconds for each other, so
 * that a busy partition costs few requests. Bounded: beyond its limits `send` rejects with `overloaded`.
 */
export class RoomSender {
  readonly #line: RetryingBus;
  readonly #limits: RoomSenderLimits;
  /** One per partition that ever had a message; there are 64. */
  readonly #lines = new Map<number, PartitionLine<Waiting>>();
  readonly #busy = new Set<number>();
  readonly #paces = new RoomPaces();
  #queued = 0;
  #queuedBytes = 0;

  constructor(line: RetryingBus, limits: RoomSenderLimits) {
    this.#line = line;
    this.#limits = limits;
  }

  /** Resolves when the owner has taken the message into the room's window. `isUnkeyed`: its caller cannot push it again. */
  send(message: Message, roomId: RoomId, isUnkeyed = false): Promise<void> {
    const bytes = sizeOf(message);
    if (this.#queued >= this.#limits.maxQueued || this.#queuedBytes + bytes > this.#limits.maxQueuedBytes) {
      const detail = 'Too many room messages are waiting for dispatch';
      return Promise.reject(new AppError('overloaded', detail, { retryAfterMs: 1000 }));
    }
    this.#count(1, bytes);
    const partition = partitionOf(roomId);
    const gapMs = this.#paces.note(roomId, this.#line.clock.monotonic());
    return new Promise((resolve, reject) => {
      this.#lineOf(partition).add({ message, roomId, isUnkeyed, resolve, reject }, gapMs);
      if (this.#busy.has(partition)) return;
      this.#busy.add(partition);
      // One turn later all pushes that arrived in this turn are in the queue.
      setImmediate(() => void this.#drain(partition));
    });
  }

  #lineOf(partition: number): PartitionLine<Waiting> {
    let line = this.#lines.get(partition);
    if (line === undefined) {
      const { clock } = this.#line;
      line = new PartitionLine({ clock, gatherMs: this.#limits.gatherMs, maxMessages: MAX_BATCH_MESSAGES });
      this.#lines.set(partition, line);
    }
    return line;
  }

  async #drain(partition: number): Promise<void> {
    const line = this.#lineOf(partition);
    while (line.queue.length > 0) {
      await line.gathered();
      const batch = this.#takeBatch(line.queue);
      line.noteLeftBehind();
      await this.#sendBatch(partition, batch);
    }
    this.#busy.delete(partition);
  }

  #takeBatch(queue: Waiting[]): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of queue) {
      bytes += sizeOf(message);
      if (count === MAX_BATCH_MESSAGES || (count > 0 && bytes > MAX_BATCH_BYTES)) break;
      count += 1;
    }
    return queue.splice(0, count);
  }

  async #sendBatch(partition: number, batch: readonly Waiting[]): Promise<void> {
    try {
      const payload = RoomPush.encode({ messages: batch.map(toRoomMessage) }).finish();
      this.#limits.onHandOver();
      const request = { topic: { kind: 'room-push', partition } as const, payload, read: readReply };
      const { accepted } = await requestWithRetry(this.#line, request);
      for (const [index, entry] of batch.entries()) {
        if (index < accepted) entry.resolve();
        else entry.reject(new AppError('overloaded', 'The room takes no more messages now', { retryAfterMs: 1000 }));
      }
    } catch (error) {
      const refusal =
        error instanceof AppError ? error : new AppError('internal', 'Sending to the room failed', { cause: error });
      for (const entry of batch) entry.reject(refusal);
    } finally {
      for (const { message } of batch) this.#count(-1, -sizeOf(message));
    }
  }

  #count(messages: number, bytes: number): void {
    this.#queued += messages;
    this.#queuedBytes += bytes;
    this.#limits.onQueueChange(this.#queued);
  }
}

/** A process that took nothing and is not overloaded does not own the partition any more. */
function readReply(answer: Uint8Array): RoomPushReply | undefined {
  const reply = RoomPushReply.decode(answer);
  return reply.accepted === 0 && !reply.isOverloaded ? undefined : reply;
}

function sizeOf(message: Message): number {
  return message.payload.length + ENTRY_OVERHEAD_BYTES;
}

function toRoomMessage(entry: Waiting): RoomPush['messages'][number] {
  const { messageId, payload, acceptedAtMs, isTraced } = entry.message;
  return {
    messageId,
    roomId: entry.roomId,
    payload: asBuffer(payload),
    acceptedAtMs,
    isUnkeyed: entry.isUnkeyed,
    isTraced,
  };
}
