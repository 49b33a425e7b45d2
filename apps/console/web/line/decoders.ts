import type { AsyncDecompressors, DecompressAsync, Protover } from '@longwire/wire';
import { joinChunks } from './join-chunks.ts';

/** What this browser can decode, and the protover that says so. */
export interface Decoders {
  readonly protover: Protover;
  readonly decompressors: AsyncDecompressors;
}

type Brotli = NonNullable<AsyncDecompressors['brotli']>;

let brotli: Promise<Brotli> | undefined;

/**
 * Finds the best decoders to be had within `waitMs`: brotli (protover 3), else the browser's own inflate (2), else none
 * (0). A brotli that was late or failed is tried again at the next call, that is, for the next connection.
 */
export async function findDecoders(waitMs: number): Promise<Decoders> {
  const inflate = platformDecoder('deflate');
  const zlib = inflate === undefined ? {} : { inflate };
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, waitMs, undefined));
  const found = await Promise.race([loadBrotli().catch(() => undefined), late]);
  if (found !== undefined) return { protover: 3, decompressors: { ...zlib, brotli: found } };
  return inflate === undefined ? { protover: 0, decompressors: {} } : { protover: 2, decompressors: { inflate } };
}

/** Starts loading brotli, which is half a megabyte, unless that is done or under way. */
export function loadBrotli(): Promise<Brotli> {
  brotli ??= Promise.resolve(platformDecoder('brotli') ?? loadBrotliWasm()).catch((cause: unknown) => {
    brotli = undefined;
    throw cause;
  });
  return brotli;
}

async function loadBrotliWasm(): Promise<Brotli> {
  const [{ wasmDecompress }, { default: ready }] = await Promise.all([
    import('./wasm-decompress.ts'),
    import('brotli-wasm'),
  ]);
  const wasm = await ready;
  return (compressed, maxBytes) => wasmDecompress(wasm, compressed, maxBytes);
}

/** A decompressor of the platform, undefined where it has none for this format: brotli, say, is missing in Chromium. */
export function platformDecoder(format: 'deflate' | 'brotli'): DecompressAsync | undefined {
  try {
    void new DecompressionStream(format as CompressionFormat);
  } catch {
    // The only way to ask: an unknown format (or an unknown class) throws.
    return undefined;
  }
  return async (compressed, maxBytes) => {
    const input = new Blob([compressed as Uint8Array<ArrayBuffer>]).stream();
    const reader = input.pipeThrough(new DecompressionStream(format as CompressionFormat)).getReader();
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    // Not `for await`: some browsers cannot iterate a stream.
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joinChunks(chunks, sizeBytes);
      sizeBytes += value.length;
      if (sizeBytes > maxBytes) {
        await reader.cancel();
        throw new RangeError('more came out than is allowed');
      }
      chunks.push(value);
    }
  };
}
