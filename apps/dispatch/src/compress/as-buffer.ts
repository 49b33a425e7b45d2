/** The same bytes as a Buffer, without a copy: what the generated bus messages ask for. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
