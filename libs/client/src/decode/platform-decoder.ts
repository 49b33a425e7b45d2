import type { DecompressAsync } from '@longwire/wire';
import { joinChunks } from './join-chunks.ts';

export type PlatformFormat = 'brotli' | 'deflate';

const opened = new Map<PlatformFormat, Promise<DecompressAsync>>();

/** Undoes one compression with the decoder for it, which is opened once. */
export async function decodeOnPlatform(
  format: PlatformFormat,
  ...[compressed, maxBytes]: Parameters<DecompressAsync>
): Promise<Uint8Array> {
  const decode = opened.get(format) ?? openDecoder(format);
  opened.set(format, decode);
  return (await decode)(compressed, maxBytes);
}

/** The platform's decoder, or `brotli-wasm` for a platform without brotli. Rejects when there is none to be had. */
export async function openDecoder(format: PlatformFormat): Promise<DecompressAsync> {
  const native = nativeDecoder(format);
  if (native !== undefined) return native;
  if (format !== 'brotli') throw new Error(`no ${format} on this platform`);
  const { loadBrotliWasm } = await import('./brotli-wasm.ts');
  return loadBrotliWasm();
}

/** A decoder of the platform; undefined where it has none for this format: brotli, say, is missing in Chromium. */
export function nativeDecoder(format: string): DecompressAsync | undefined {
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
