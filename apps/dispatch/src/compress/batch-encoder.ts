import { brotliCompress, brotliCompressSync, deflateSync } from 'node:zlib';
import type { BrotliOptions } from 'node:zlib';
import { ENCODING_BITS, ENCODINGS } from '@longwire/domain';
import type { Clock, Encoding } from '@longwire/domain';
import type { EncodedBatch } from '@longwire/protos/bus/v1';
import { BODY_VER, encodeMessageFrames, wrapCompressed } from '@longwire/wire';
import { asBuffer } from '@longwire/runtime';
import { dictionaryOptions, wrapWithDictionary } from '../dictionary/room-dictionary.ts';
import type { RoomDictionary } from '../dictionary/room-dictionary.ts';
import { basicQuality, brotliParams } from './brotli-quality.ts';
import type { BrotliQuality } from './brotli-quality.ts';

const ZLIB_LEVEL = 6;

/** What one compression was: `quality` is brotli's, or zlib's level. */
export interface Compression {
  readonly encoding: Encoding;
  readonly quality: number;
  readonly durationMs: number;
}

/** Told of every encoding that is made, which is how "once per batch and encoding" can be checked from outside. */
export interface EncoderObserver {
  readonly onEncoded: (encoding: Encoding, sizes: { readonly rawBytes: number; readonly encodedBytes: number }) => void;
  readonly onCompressed: (compression: Compression) => void;
}

/** One way of brotli to encode a batch; with a dictionary it is the encoding of that name. */
export interface BrotliWay {
  readonly quality: BrotliQuality;
  readonly dictionary?: RoomDictionary | undefined;
}

/** One encoding of a batch, and what it took. */
export interface Encoded {
  readonly batch: EncodedBatch;
  readonly durationMs: number;
}

/**
 * Turns plain frames into the bytes that access nodes write to clients. Works synchronously, since handing a batch to the
 * thread pool costs more CPU than it takes (40-330 us against about 100 us for a batch of 20); the best quality alone takes
 * ms, and goes there. A compressed batch is one op 5 frame, also around one message and where it does not get smaller: a
 * client with protover 2 or higher sees one encoding only, and so keeps the order.
 */
export class BatchEncoder {
  readonly #clock: Clock;
  readonly #observer: EncoderObserver;

  constructor(clock: Clock, observer: EncoderObserver) {
    this.#clock = clock;
    this.#observer = observer;
  }

  /** Bodies that are no room's: `needs` is a sum of ENCODING_BITS, of plain, zlib and brotli. */
  encode(bodies: readonly Uint8Array[], needs: number): EncodedBatch[] {
    const plain = encodeMessageFrames(bodies);
    return ENCODINGS.flatMap((encoding) => {
      if ((needs & ENCODING_BITS[encoding]) === 0) return [];
      if (encoding === 'plain') return [this.plain(plain)];
      if (encoding === 'zlib') return [this.zlib(plain)];
      return [this.brotli(plain, { quality: basicQuality(bodies.length) }).batch];
    });
  }

  plain(plain: Uint8Array): EncodedBatch {
    return this.#finish('plain', plain, plain);
  }

  zlib(plain: Uint8Array): EncodedBatch {
    const startedAt = this.#clock.monotonic();
    const frame = wrapCompressed(BODY_VER.zlib, deflateSync(plain, { level: ZLIB_LEVEL }));
    const durationMs = this.#clock.monotonic() - startedAt;
    this.#observer.onCompressed({ encoding: 'zlib', quality: ZLIB_LEVEL, durationMs });
    return this.#finish('zlib', plain, frame);
  }

  brotli(plain: Uint8Array, way: BrotliWay): Encoded {
    const startedAt = this.#clock.monotonic();
    return this.#wrap(plain, way, brotliCompressSync(plain, optionsOf(plain, way)), startedAt);
  }

  /** The same on another thread. Rejects when there is no memory for it. */
  brotliElsewhere(plain: Uint8Array, way: BrotliWay): Promise<Encoded> {
    const startedAt = this.#clock.monotonic();
    return new Promise((resolve, reject) => {
      brotliCompress(plain, optionsOf(plain, way), (fault, compressed) => {
        if (fault === null) resolve(this.#wrap(plain, way, compressed, startedAt));
        else reject(fault);
      });
    });
  }

  #wrap(plain: Uint8Array, { quality, dictionary }: BrotliWay, compressed: Buffer, startedAt: number): Encoded {
    const encoding = dictionary === undefined ? 'brotli' : 'dictionary';
    const frame =
      dictionary === undefined
        ? wrapCompressed(BODY_VER.brotli, compressed)
        : wrapWithDictionary(dictionary, compressed);
    const durationMs = this.#clock.monotonic() - startedAt;
    this.#observer.onCompressed({ encoding, quality, durationMs });
    return { batch: this.#finish(encoding, plain, frame), durationMs };
  }

  #finish(encoding: Encoding, plain: Uint8Array, frames: Uint8Array): EncodedBatch {
    this.#observer.onEncoded(encoding, { rawBytes: plain.length, encodedBytes: frames.length });
    return { encoding: ENCODING_BITS[encoding], frames: asBuffer(frames) };
  }
}

function optionsOf(plain: Uint8Array, { quality, dictionary }: BrotliWay): BrotliOptions {
  const sizeBytes = plain.length;
  if (dictionary !== undefined) return dictionaryOptions(dictionary, sizeBytes, quality);
  return { params: brotliParams({ sizeBytes, quality }) };
}
