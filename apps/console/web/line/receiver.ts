import type { Encoding } from '@longwire/domain';
import {
  BODY_VER,
  decodeFrames,
  isCompressedVer,
  parseServerFrame,
  SERVER_FRAME_LIMITS,
  unpackAsync,
} from '@longwire/wire';
import type { AsyncDecompressors, Frame, ServerFrame } from '@longwire/wire';

/** What came in with one frame that holds messages. */
export interface Arrival {
  readonly sizeBytes: number;
  readonly messages: number;
  readonly encoding: Encoding;
}

export interface ReceiverOptions {
  readonly decompressors: AsyncDecompressors;
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onArrival: (arrival: Arrival) => void;
  /** The bytes make no sense: the connection is of no use any more. */
  readonly onFault: (detail: string) => void;
}

/**
 * Turns WebSocket messages into frames. Compressed frames come out in the order they came in, though decompressing is
 * asynchronous; plain ones, which are replies and express messages, do not wait for them.
 */
export class Receiver {
  readonly #options: ReceiverOptions;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** Takes one WebSocket message, which holds whole frames. */
  take(bytes: Uint8Array): void {
    const outcome = decodeFrames(bytes, SERVER_FRAME_LIMITS);
    for (const frame of outcome.frames) {
      if (isCompressedVer(frame.ver)) this.#tail = this.#tail.then(() => this.#takeCompressed(frame));
      else this.#takePlain(frame);
    }
    if (!outcome.ok) this.#options.onFault(outcome.error.detail);
  }

  async #takeCompressed(frame: Frame): Promise<void> {
    const { decompressors, onArrival, onFault } = this.#options;
    const outcome = await unpackAsync(frame, decompressors);
    const encoding = frame.ver === BODY_VER.zlib ? 'zlib' : 'brotli';
    onArrival({ sizeBytes: frame.body.length, messages: outcome.frames.length, encoding });
    for (const inner of outcome.frames) this.#hand(inner);
    if (!outcome.ok) onFault(outcome.error.detail);
  }

  #takePlain(frame: Frame): void {
    const parsed = this.#hand(frame);
    if (parsed?.kind !== 'message') return;
    this.#options.onArrival({ sizeBytes: frame.body.length, messages: 1, encoding: 'plain' });
  }

  #hand(frame: Frame): ServerFrame | undefined {
    const outcome = parseServerFrame(frame);
    if (!outcome.ok) {
      this.#options.onFault(outcome.error.detail);
      return undefined;
    }
    this.#options.onFrame(outcome.frame);
    return outcome.frame;
  }
}
