import type { Transport } from '../transport/transport.ts';
import { ByteQueue } from './byte-queue.ts';

export interface OutboxMarks {
  /** Bulk is shed while more than this waits for the connection. */
  readonly bulkMarkBytes: number;
  /** Nothing more is taken beyond this: the connection is to be closed as a slow consumer. */
  readonly boundBytes: number;
  /** A connection that stays above the bulk mark this long is to be closed as a slow consumer. */
  readonly maxAgeMs: number;
}

/** `written` and `queued` will be sent unless the line dies; what is `shed` is gone. */
export type BulkOutcome = 'written' | 'queued' | 'shed';
/** The same; `full` has not been taken and asks for a close. */
export type ExpressOutcome = 'written' | 'queued' | 'full';

/**
 * What waits for one connection, bounded in bytes and in age. While the line takes bytes they go straight to it; once
 * it pushes back they wait here, express before bulk, each in its own order. Buffers are shared between connections
 * and never copied. Offering never ends a connection by itself, so it is safe inside a loop over members.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #marks: OutboxMarks;
  #isBlocked = false;
  /** Made when the line first pushes back: most connections never do. */
  #express: ByteQueue | null = null;
  #bulk: ByteQueue | null = null;
  /** When a sweep first saw more than the bulk mark; 0 while it is not above. */
  #aboveSinceMs = 0;

  constructor(transport: Transport, marks: OutboxMarks) {
    this.#transport = transport;
    this.#marks = marks;
  }

  /** Bytes that have not left the process, in the line's own buffer and here. */
  get pendingBytes(): number {
    return this.#transport.bufferedBytes + (this.#express?.sizeBytes ?? 0) + (this.#bulk?.sizeBytes ?? 0);
  }

  /** Takes room messages and other bulk: the first to be shed. */
  offerBulk(bytes: Uint8Array): BulkOutcome {
    if (!this.#isBlocked) return this.#write(bytes);
    if (this.pendingBytes > this.#marks.bulkMarkBytes) return 'shed';
    this.#bulk ??= new ByteQueue();
    this.#bulk.push(bytes);
    return 'queued';
  }

  /** Is there place for so many bytes within the bound? */
  hasPlaceFor(sizeBytes: number): boolean {
    return this.pendingBytes + sizeBytes <= this.#marks.boundBytes;
  }

  /** Could so many bytes be taken at all, when nothing else waits, and leave place for express messages? */
  couldHold(sizeBytes: number): boolean {
    return sizeBytes <= this.#marks.boundBytes - this.#marks.bulkMarkBytes / 2;
  }

  /** Takes bytes into the order of bulk, not to be shed. The caller has seen that there is place for them. */
  addInOrder(bytes: Uint8Array): void {
    if (this.#isBlocked) {
      this.#bulk ??= new ByteQueue();
      this.#bulk.push(bytes);
    } else {
      this.#write(bytes);
    }
  }

  /** Takes express messages, replies and notices: never shed, ahead of bulk that waits. */
  offerExpress(bytes: Uint8Array): ExpressOutcome {
    if (!this.#isBlocked) return this.#write(bytes);
    if (this.pendingBytes + bytes.length > this.#marks.boundBytes) return 'full';
    this.#express ??= new ByteQueue();
    this.#express.push(bytes);
    return 'queued';
  }

  /** The line takes bytes again. */
  onDrain(): void {
    this.#isBlocked = false;
    this.#writeFrom(this.#express);
    this.#writeFrom(this.#bulk);
    if (this.pendingBytes <= this.#marks.bulkMarkBytes) this.#aboveSinceMs = 0;
  }

  /** To be asked now and then: true when the connection has been above the bulk mark for too long. */
  isOverdue(nowMs: number): boolean {
    if (!this.#isBlocked || this.pendingBytes <= this.#marks.bulkMarkBytes) {
      this.#aboveSinceMs = 0;
      return false;
    }
    if (this.#aboveSinceMs === 0) this.#aboveSinceMs = nowMs;
    return nowMs - this.#aboveSinceMs >= this.#marks.maxAgeMs;
  }

  /** Hands all that waits to the line, whether it pushes back or not, and `last` behind it; bulk only if `withBulk`. */
  finish(last: Uint8Array, withBulk: boolean): void {
    this.#writeAll(this.#express);
    if (withBulk) this.#writeAll(this.#bulk);
    this.#express = null;
    this.#bulk = null;
    this.#transport.write(last);
  }

  #write(bytes: Uint8Array): 'written' {
    this.#isBlocked = !this.#transport.write(bytes);
    return 'written';
  }

  #writeFrom(queue: ByteQueue | null): void {
    while (!this.#isBlocked) {
      const bytes = queue?.shift();
      if (bytes === undefined) return;
      this.#isBlocked = !this.#transport.write(bytes);
    }
  }

  #writeAll(queue: ByteQueue | null): void {
    for (let bytes = queue?.shift(); bytes !== undefined; bytes = queue?.shift()) this.#transport.write(bytes);
  }
}
