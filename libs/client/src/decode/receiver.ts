import type { AsyncDecompressors } from '@longwire/wire';
import { isObject, readObject } from '../codec/frames.ts';
import type { Fields, Frame, Frames } from '../codec/frames.ts';
import {
  CLOSE_NOTICE,
  DICTIONARY,
  HEARTBEAT_REPLY,
  MESSAGE,
  RESUME_REPLY,
  WITH_DICTIONARY,
  ZLIB,
} from '../codec/operations.ts';
import type { Unpack } from './unpacker.ts';

/** Bytes of frames that wait for the decoder, while it loads or when it is slow; frames above that are dropped. */
export const MAX_UNDECODED_BYTES = 4 * 1024 * 1024;

export interface ReceiverPorts {
  readonly decoders: AsyncDecompressors;
  /** A plain frame; `fields` is its JSON. Op 3 has none. */
  readonly onFrame: (frame: Frame, fields: Fields) => void;
  /** The bytes make no sense: the connection is of no use any more. */
  readonly onFault: (isCompression: boolean) => void;
  /** The body of one frame is not what its op asks for; it is skipped. */
  readonly onBadBody: (op: number) => void;
  /** Compressed frames were dropped because too many waited, and those that waited are through. */
  readonly onDropped: () => void;
}

/**
 * Turns frames into what they say. Whatever tells of a room's order comes out in the order it came in, though
 * decompressing is asynchronous; express messages and other replies do not wait for that.
 */
export class Receiver {
  readonly #ports: ReceiverPorts;
  #waiting: Frame[] = [];
  #waitingBytes = 0;
  #isBusy = false;
  #hasDropped = false;
  #isStopped = false;
  #unpacker: Unpack | undefined;

  constructor(ports: ReceiverPorts) {
    this.#ports = ports;
  }

  /** Takes what a line has read; after a fault nothing more. */
  take({ ok, frames }: Frames): void {
    for (const frame of frames) {
      if (this.#isStopped) return;
      if (isCompressed(frame)) this.#enqueue(frame);
      else this.#hand(frame, this.#isBusy);
    }
    if (!ok && !this.#isStopped) this.#fault(false);
  }

  #enqueue(frame: Frame): void {
    // Without its dictionary no later batch could be read.
    if (this.#waitingBytes + frame.body.length > MAX_UNDECODED_BYTES && isCompressed(frame) && frame.op === MESSAGE) {
      this.#hasDropped = true;
      return;
    }
    this.#waiting.push(frame);
    this.#waitingBytes += frame.body.length;
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
      if (isCompressed(frame)) await this.#unpack(frame);
      else this.#hand(frame);
      this.#waitingBytes -= frame.body.length;
    }
    this.#isBusy = false;
    if (this.#hasDropped) this.#ports.onDropped();
    this.#hasDropped = false;
  }

  async #unpack(frame: Frame): Promise<void> {
    try {
      this.#unpacker ??= (await import('./unpacker.ts')).createUnpacker(this.#ports.decoders);
      const { ok, frames } = await this.#unpacker(frame);
      if (!ok) this.#fault(true);
      else for (const inner of frames) this.#hand(inner);
    } catch {
      // It did not load: to this connection the same as a body that is damaged or too large.
      this.#fault(true);
    }
  }

  #hand(frame: Frame, isBusy = false): void {
    const { op, body } = frame;
    const fields = op === HEARTBEAT_REPLY ? (body.length === 4 ? {} : undefined) : readObject(body);
    if (fields === undefined || (op === MESSAGE && typeof fields['cmd'] !== 'string')) {
      // Ops of a newer server are skipped without a word.
      if (op <= CLOSE_NOTICE) this.#ports.onBadBody(op);
    } else if (isBusy && isInOrder(frame, fields)) this.#enqueue(frame);
    else this.#ports.onFrame(frame, fields);
  }

  #fault(isCompression: boolean): void {
    this.#isStopped = true;
    this.#waiting = [];
    this.#ports.onFault(isCompression);
  }
}

function isCompressed({ op, ver }: Frame): boolean {
  return op === DICTIONARY || (op === MESSAGE && ver >= ZLIB && ver <= WITH_DICTIONARY);
}

/** What must not overtake a room's batches. */
function isInOrder({ op }: Frame, { lw }: Fields): boolean {
  return op === RESUME_REPLY || (op === MESSAGE && isObject(lw) && 'room' in lw);
}
