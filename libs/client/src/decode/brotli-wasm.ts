import type { DecompressAsync } from '@longwire/wire';
import type { BrotliWasmType } from 'brotli-wasm';
import { joinChunks } from './join-chunks.ts';

/** Most batches come out in one piece of this size. */
const PIECE_BYTES = 128 * 1024;

/** Loads the decoder: half a megabyte, once. Rejects where the bundle or the network does not have it. */
export async function loadBrotliWasm(): Promise<DecompressAsync> {
  // The builds for bundlers export a promise, the one that types see under Node does not.
  const { default: ready } = (await import('brotli-wasm')) as { default: BrotliWasmType | Promise<BrotliWasmType> };
  const wasm = await ready;
  return async (compressed, maxBytes) => decompressWithWasm(wasm, compressed, maxBytes);
}

/** Undoes brotli piece by piece, so that a small body cannot become an endless one. Throws when more than `maxBytes` come. */
export function decompressWithWasm(wasm: BrotliWasmType, compressed: Uint8Array, maxBytes: number): Uint8Array {
  const stream = new wasm.DecompressStream();
  const pieces: Uint8Array[] = [];
  let readBytes = 0;
  let sizeBytes = 0;
  try {
    for (;;) {
      const result = stream.decompress(compressed.subarray(readBytes), PIECE_BYTES);
      const { buf, code, input_offset: took } = result;
      result.free();
      readBytes += took;
      sizeBytes += buf.length;
      if (sizeBytes > maxBytes) throw new RangeError('more came out than is allowed');
      pieces.push(buf);
      if (code === wasm.BrotliStreamResultCode.ResultSuccess) return joinChunks(pieces, sizeBytes);
      if (code === wasm.BrotliStreamResultCode.NeedsMoreInput) throw new RangeError('the end is missing');
    }
  } finally {
    stream.free();
  }
}
