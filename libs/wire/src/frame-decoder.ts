import { findHeaderFault, readFrame } from './decode.ts';
import type { DecodeOutcome, FrameLimits } from './decode.ts';
import type { FrameError } from './frame-error.ts';
import type { Frame } from './frame.ts';
import { HEADER_BYTES } from './limits.ts';

const NO_FRAMES: readonly Frame[] = [];

/**
 * Reads frames from a byte stream that may be cut anywhere, as TCP delivers it.
 *
 * Frames that lie whole in a chunk are views into it; of a frame that does not, its bytes are copied once into a
 * buffer of exactly its size, which that frame then owns. A header is judged as soon as its 16 bytes are there, so at
 * most one frame of `maxFrameBytes` is ever held. Never throws. After a fault the decoder stays at it: every further
 * chunk is refused with the same error.
 */
export class FrameDecoder {
  readonly #limits: FrameLimits;
  /** The unfinished frame: 16 bytes until its header is read, then packLen bytes. */
  #pending: Uint8Array | null = null;
  #pendingBytes = 0;
  #error: FrameError | null = null;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Bytes held for a frame that is not complete yet. */
  get heldBytes(): number {
    return this.#pendingBytes;
  }

  /**
   * Takes the next bytes and returns the frames that they complete, in order. The decoder keeps no reference to the
   * chunk. Codes: headerLength, frameLength, unknownOperation.
   */
  feed(chunk: Uint8Array): DecodeOutcome {
    if (this.#error !== null) return { ok: false, frames: NO_FRAMES, error: this.#error };
    if (chunk.length === 0) return { ok: true, frames: NO_FRAMES };
    const frames: Frame[] = [];
    const offset = this.#pending === null ? 0 : this.#finishPending(this.#pending, chunk, frames);
    if (this.#error === null && offset < chunk.length) this.#readWhole(chunk, offset, frames);
    return this.#error === null ? { ok: true, frames } : { ok: false, frames, error: this.#error };
  }

  /** Fills the unfinished frame from the chunk's start and returns how much of the chunk that took. */
  #finishPending(started: Uint8Array, chunk: Uint8Array, frames: Frame[]): number {
    let pending = started;
    let offset = 0;
    if (this.#pendingBytes < HEADER_BYTES) {
      offset = this.#fill(pending, chunk, 0, HEADER_BYTES);
      if (this.#pendingBytes < HEADER_BYTES) return offset;
      const header = viewOf(pending);
      this.#error = findHeaderFault(header, 0, this.#limits);
      if (this.#error !== null) {
        this.#drop();
        return offset;
      }
      const packLen = header.getUint32(0);
      if (packLen > HEADER_BYTES) {
        const whole = new Uint8Array(packLen);
        whole.set(pending);
        pending = whole;
        this.#pending = whole;
      }
    }
    offset = this.#fill(pending, chunk, offset, pending.length);
    if (this.#pendingBytes === pending.length) {
      frames.push(readFrame(pending, viewOf(pending), 0));
      this.#drop();
    }
    return offset;
  }

  /** Reads what lies whole in the chunk and starts the unfinished frame with the rest. */
  #readWhole(chunk: Uint8Array, start: number, frames: Frame[]): void {
    const view = viewOf(chunk);
    let offset = start;
    while (chunk.length - offset >= HEADER_BYTES) {
      this.#error = findHeaderFault(view, offset, this.#limits);
      if (this.#error !== null) return;
      const packLen = view.getUint32(offset);
      if (packLen > chunk.length - offset) {
        this.#begin(chunk, offset, packLen);
        return;
      }
      frames.push(readFrame(chunk, view, offset));
      offset += packLen;
    }
    if (offset < chunk.length) this.#begin(chunk, offset, HEADER_BYTES);
  }

  #begin(chunk: Uint8Array, offset: number, sizeBytes: number): void {
    const pending = new Uint8Array(sizeBytes);
    this.#pending = pending;
    this.#fill(pending, chunk, offset, sizeBytes);
  }

  /** Copies from the chunk until the pending bytes reach `goalBytes`; returns the chunk's new offset. */
  #fill(pending: Uint8Array, chunk: Uint8Array, offset: number, goalBytes: number): number {
    const end = Math.min(chunk.length, offset + goalBytes - this.#pendingBytes);
    pending.set(chunk.subarray(offset, end), this.#pendingBytes);
    this.#pendingBytes += end - offset;
    return end;
  }

  #drop(): void {
    this.#pending = null;
    this.#pendingBytes = 0;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
