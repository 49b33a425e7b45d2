import { brotliCompressSync, brotliDecompressSync, constants, deflateSync, inflateSync } from 'node:zlib';
import type { Encoding } from '@longwire/domain';
import { BODY_VER, HEADER_BYTES, MAX_INFLATED_BYTES, wrapCompressed } from '@longwire/wire';

const ZLIB_LEVEL = 6;
const BROTLI_QUALITY = 5;

/** An encoding that needs nothing but the bytes. */
export type BareEncoding = Exclude<Encoding, 'dictionary'>;

/** Returns joined plain frames as one frame of the encoding; plain is the input itself. Synchronous: batches are small. */
export function encodePlain(plain: Uint8Array, encoding: BareEncoding): Uint8Array {
  switch (encoding) {
    case 'plain':
      return plain;
    case 'zlib':
      return wrapCompressed(BODY_VER.zlib, deflateSync(plain, { level: ZLIB_LEVEL }));
    case 'brotli':
      return wrapCompressed(BODY_VER.brotli, brotliCompressSync(plain, { params: brotliParams(plain.length) }));
  }
}

/** Returns the joined plain frames inside. Throws when they are damaged or more than MAX_INFLATED_BYTES. */
export function decodeToPlain(frames: Uint8Array, encoding: BareEncoding): Uint8Array {
  switch (encoding) {
    case 'plain':
      return frames;
    case 'zlib':
      return inflateSync(frames.subarray(HEADER_BYTES), { maxOutputLength: MAX_INFLATED_BYTES });
    case 'brotli':
      return brotliDecompressSync(frames.subarray(HEADER_BYTES), { maxOutputLength: MAX_INFLATED_BYTES });
  }
}

function brotliParams(sizeBytes: number): Record<number, number> {
  return {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: sizeBytes,
    [constants.BROTLI_PARAM_LGWIN]: fittedWindowBits(sizeBytes),
  };
}

/** The smallest window that holds the batch, 10 to 18 bits: a larger one only costs memory on both sides. */
function fittedWindowBits(sizeBytes: number): number {
  return Math.min(18, Math.max(10, Math.ceil(Math.log2(sizeBytes + 16))));
}
