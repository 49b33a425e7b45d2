import { promisify } from 'node:util';
import { brotliDecompress, inflate } from 'node:zlib';
import type { Decoders } from '../decode/decoders.ts';

const brotliAsync = promisify(brotliDecompress);
const inflateAsync = promisify(inflate);

/** Node's own decoders, for versions whose DecompressionStream has no brotli (below 24.7). */
export function nodeDecoders(): Decoders {
  return {
    brotli: (compressed, maxBytes) => brotliAsync(compressed, { maxOutputLength: maxBytes }),
    inflate: (compressed, maxBytes) => inflateAsync(compressed, { maxOutputLength: maxBytes }),
  };
}
