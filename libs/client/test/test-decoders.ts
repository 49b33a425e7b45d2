import { brotliDecompressSync, inflateSync } from 'node:zlib';
import type { Decoders } from '../src/decode/decoders.ts';

/** Asynchronous as a browser's, but done within a turn of the event loop, so that the fake clock does not run ahead of it. */
export const testDecoders: Decoders = {
  brotli: async (compressed, maxBytes) => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return brotliDecompressSync(compressed, { maxOutputLength: maxBytes });
  },
  inflate: async (compressed, maxBytes) => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return inflateSync(compressed, { maxOutputLength: maxBytes });
  },
};
