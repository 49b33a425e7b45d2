import type { AsyncDecompressors, DecompressAsync, Protover } from '@longwire/wire';
import type { PlatformFormat } from './platform-decoder.ts';

/** What this platform can decode. The client says the matching protover: 4 with brotli, 2 with inflate, else 0. */
export type Decoders = AsyncDecompressors;

/** The most these decoders can decode. */
export function protoverOf({ brotli, inflate }: Decoders): Protover {
  if (brotli !== undefined) return 4;
  return inflate === undefined ? 0 : 2;
}

/**
 * The platform's decoders, and `brotli-wasm` where it has no brotli (Chromium). They are chunks of their own, loaded when the
 * first frame comes that needs them, which waits for that. One that cannot be loaded makes the frame undecodable, on which
 * the client falls back: to zlib, and then to plain frames.
 */
export function platformDecoders(): Decoders {
  return { brotli: lazy('brotli'), inflate: lazy('deflate') };
}

function lazy(format: PlatformFormat): DecompressAsync {
  return async (compressed, maxBytes) => (await import('./unpacker.ts')).decompress(format, compressed, maxBytes);
}
