import { brotliDecompressSync, inflateSync } from 'node:zlib';
import { parseServerFrame, unpack } from '@longwire/wire';
import type { Frame, ServerFrame } from '@longwire/wire';

const REMEMBERED_BODIES = 512;
const MESSAGE = 5;

const decompressors = {
  inflate: (bytes: Uint8Array, maxBytes: number) => inflateSync(bytes, { maxOutputLength: maxBytes }),
  brotli: (bytes: Uint8Array, maxBytes: number) => brotliDecompressSync(bytes, { maxOutputLength: maxBytes }),
};

/**
 * Reads down frames for thousands of clients in one process: the same bytes, which a room's members get, are
 * decompressed and parsed once. Throws on bytes that no good server sends.
 */
export class SharedDecoder {
  readonly #known = new Map<string, readonly ServerFrame[]>();

  read(frame: Frame): readonly ServerFrame[] {
    if (frame.op !== MESSAGE) return parse(frame);
    const { body, ver } = frame;
    const key = ver + Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const frames = parse(frame);
    this.#known.set(key, frames);
    if (this.#known.size > REMEMBERED_BODIES) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    return frames;
  }
}

function parse(frame: Frame): readonly ServerFrame[] {
  const unpacked = unpack(frame, decompressors);
  if (!unpacked.ok) throw new Error(`the server sent a batch that cannot be read: ${unpacked.error.detail}`);
  return unpacked.frames.map((inner) => {
    const parsed = parseServerFrame(inner);
    if (!parsed.ok) throw new Error(`the server sent op ${inner.op} that cannot be read: ${parsed.error.detail}`);
    return parsed.frame;
  });
}
