import { frameError } from './frame-error.ts';
import type { FrameError } from './frame-error.ts';
import type { Frame } from './frame.ts';
import { HEADER_BYTES, MAX_CLIENT_FRAME_BYTES, MAX_SERVER_FRAME_BYTES } from './limits.ts';
import { isClientOperation } from './operation.ts';

/** What a reader takes, which differs by the way the bytes travel. */
export interface FrameLimits {
  /** Header included. */
  readonly maxFrameBytes: number;
  readonly isKnownOperation: (op: number) => boolean;
}

/** What a server takes from clients: frames up to 4 KiB + 16, up ops only. */
export const CLIENT_FRAME_LIMITS: FrameLimits = {
  maxFrameBytes: MAX_CLIENT_FRAME_BYTES,
  isKnownOperation: isClientOperation,
};

/** What a client takes from servers: frames up to 1 MiB, any op, so that it can skip the ones it does not know. */
export const SERVER_FRAME_LIMITS: FrameLimits = {
  maxFrameBytes: MAX_SERVER_FRAME_BYTES,
  isKnownOperation: () => true,
};

/**
 * Frames read from bytes, in order. On a fault `frames` holds what came before it, so that the result does not depend
 * on how the bytes were cut into pieces. Bodies are views into the bytes passed in.
 */
export type DecodeOutcome =
  | { readonly ok: true; readonly frames: readonly Frame[] }
  | { readonly ok: false; readonly frames: readonly Frame[]; readonly error: FrameError };

/** Says what is wrong with the header at `offset`, of which 16 bytes must be there; null when nothing is. */
export function findHeaderFault(view: DataView, offset: number, limits: FrameLimits): FrameError | null {
  const headerLen = view.getUint16(offset + 4);
  if (headerLen !== HEADER_BYTES) return frameError('headerLength', `headerLen is ${headerLen}`);
  const packLen = view.getUint32(offset);
  if (packLen < HEADER_BYTES) return frameError('frameLength', `packLen is ${packLen}, below ${HEADER_BYTES}`);
  if (packLen > limits.maxFrameBytes) {
    return frameError('frameLength', `packLen is ${packLen}, above ${limits.maxFrameBytes}`);
  }
  const op = view.getUint32(offset + 8);
  return limits.isKnownOperation(op) ? null : frameError('unknownOperation', `op is ${op}`);
}

/** Reads one frame that lies whole at `offset` and whose header was checked; the body is a view. */
export function readFrame(bytes: Uint8Array, view: DataView, offset: number): Frame {
  return {
    op: view.getUint32(offset + 8),
    ver: view.getUint16(offset + 6),
    seq: view.getUint32(offset + 12),
    body: bytes.subarray(offset + HEADER_BYTES, offset + view.getUint32(offset)),
  };
}

/**
 * Reads one complete WebSocket message, which holds one or more whole frames and nothing else. Never throws, never
 * reads outside `bytes`, copies nothing. Codes: headerLength, frameLength, unknownOperation, and truncated for an
 * empty message and for a rest that is no whole frame.
 */
export function decodeFrames(bytes: Uint8Array, limits: FrameLimits): DecodeOutcome {
  const frames: Frame[] = [];
  if (bytes.length === 0) return { ok: false, frames, error: frameError('truncated', 'the message is empty') };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let offset = 0;
  while (offset < bytes.length) {
    const restBytes = bytes.length - offset;
    if (restBytes < HEADER_BYTES) {
      return { ok: false, frames, error: frameError('truncated', `${restBytes} bytes are no header`) };
    }
    const fault = findHeaderFault(view, offset, limits);
    if (fault !== null) return { ok: false, frames, error: fault };
    const packLen = view.getUint32(offset);
    if (packLen > restBytes) {
      return {
        ok: false,
        frames,
        error: frameError('truncated', `packLen is ${packLen}, ${restBytes} bytes are there`),
      };
    }
    frames.push(readFrame(bytes, view, offset));
    offset += packLen;
  }
  return { ok: true, frames };
}
