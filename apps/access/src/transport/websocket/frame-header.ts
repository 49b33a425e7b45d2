/** RFC 6455, 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameHeader {
  readonly isFinal: boolean;
  readonly opcode: number;
  /** Where the payload begins; the four bytes before it are the mask. */
  readonly payloadAt: number;
  readonly payloadBytes: number;
}

/**
 * Why a client is not listened to any more: `protocol` is a broken frame (1002), `tooLarge` and `text` are rules of ours,
 * which have close codes of their own.
 */
export type Violation = 'protocol' | 'tooLarge' | 'text';

const MAX_CONTROL_BYTES = 125;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_BYTES = 4;

/** Reads the header of a client's frame; null when it is not all there. What cannot be a frame is said at once. */
export function readHeader(bytes: Buffer, offset: number): FrameHeader | Violation | null {
  const first = bytes[offset] ?? 0;
  const opcode = first & 0x0f;
  const isFinal = (first & 0x80) !== 0;
  // Reserved bits mean extensions, and none is ever agreed on.
  if ((first & 0x70) !== 0 || !isKnown(opcode)) return 'protocol';
  const isControl = opcode >= OPCODE.close;
  if (isControl && !isFinal) return 'protocol';
  const second = bytes[offset + 1];
  if (second === undefined) return null;
  const short = second & 0x7f;
  // Clients mask every frame.
  if ((second & 0x80) === 0 || (isControl && short > MAX_CONTROL_BYTES)) return 'protocol';
  const lengthBytes = short === LENGTH_16 ? 2 : short === LENGTH_64 ? 8 : 0;
  const payloadAt = offset + 2 + lengthBytes + MASK_BYTES;
  if (bytes.length < offset + 2 + lengthBytes) return null;
  const payloadBytes = lengthBytes === 0 ? short : readLength(bytes, offset + 2, lengthBytes);
  if (payloadBytes === null) return 'protocol';
  // A length beyond any limit is judged by the reader before the mask has come.
  return { isFinal, opcode, payloadAt, payloadBytes };
}

/** Null when the highest bit is set, which RFC 6455 forbids. */
function readLength(bytes: Buffer, at: number, lengthBytes: 2 | 8): number | null {
  if (lengthBytes === 2) return bytes.readUInt16BE(at);
  const high = bytes.readUInt32BE(at);
  return high >= 0x80000000 ? null : high * 2 ** 32 + bytes.readUInt32BE(at + 4);
}

function isKnown(opcode: number): boolean {
  return opcode <= OPCODE.binary || (opcode >= OPCODE.close && opcode <= OPCODE.pong);
}
