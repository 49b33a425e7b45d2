/** FIN and opcode 2: the whole of one binary message (RFC 6455, 5.2). */
const FINAL_BINARY = 0x82;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MAX_16 = 0xffff;

/** Bytes of the unmasked server header before a payload of this size: 2, 4 or 10. */
export function wsHeaderBytes(payloadBytes: number): number {
  if (payloadBytes < LENGTH_16) return 2;
  return payloadBytes <= MAX_16 ? 4 : 10;
}

/** Returns the header of one unmasked binary WebSocket message with a payload of this size. */
export function encodeWsHeader(payloadBytes: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(wsHeaderBytes(payloadBytes));
  writeWsHeader(header, payloadBytes);
  return header;
}

/**
 * Returns one whole unmasked binary WebSocket message, header and payload in one new buffer: what a server writes to
 * the transport of every member as it is. Clients must mask, so this is for servers only.
 */
export function buildWsFrame(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const headerBytes = wsHeaderBytes(payload.length);
  const message = new Uint8Array(headerBytes + payload.length);
  writeWsHeader(message, payload.length);
  message.set(payload, headerBytes);
  return message;
}

function writeWsHeader(target: Uint8Array<ArrayBuffer>, payloadBytes: number): void {
  const view = new DataView(target.buffer);
  view.setUint8(0, FINAL_BINARY);
  if (payloadBytes < LENGTH_16) {
    view.setUint8(1, payloadBytes);
  } else if (payloadBytes <= MAX_16) {
    view.setUint8(1, LENGTH_16);
    view.setUint16(2, payloadBytes);
  } else {
    view.setUint8(1, LENGTH_64);
    view.setUint32(2, Math.floor(payloadBytes / 2 ** 32));
    view.setUint32(6, payloadBytes % 2 ** 32);
  }
}
