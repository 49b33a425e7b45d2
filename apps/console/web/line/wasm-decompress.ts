import type { BrotliWasmType } from 'brotli-wasm';
import { joinChunks } from './join-chunks.ts';

/** Most batches come out in one piece of this size. */
const PIECE_BYTES = 128 * 1024;

/** Undoes brotli piece by piece, so that a small body cannot become an endless one. Throws when more than `maxBytes` come. */
export function wasmDecompress(wasm: BrotliWasmType, compressed: Uint8Array, maxBytes: number): Uint8Array {
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
