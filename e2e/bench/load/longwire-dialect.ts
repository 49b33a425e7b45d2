import { brotliDecompressSync, inflateSync } from 'node:zlib';
import { DictionaryShelf, encodeClientFrame, HEADER_BYTES, OPERATION, parseServerFrame, unpack } from '@longwire/wire';
import type { Decompressors, Frame } from '@longwire/wire';
import type { Dialect, DialectConnection, FrameContent, FrameSink } from './dialect.ts';
import { numberOf } from './plain-dialect.ts';

const decompressors: Decompressors = {
  inflate: (bytes, maxBytes) => inflateSync(bytes, { maxOutputLength: maxBytes }),
  brotli: (bytes, maxBytes) => brotliDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
/** Dictionaries have the same id wherever they come from: all connections of the process share one shelf. */
const shelf = new DictionaryShelf();
const HEARTBEAT = encodeClientFrame({ kind: 'heartbeat', seq: 1 });
const HEARTBEAT_EVERY_MS = 30_000;

export interface LongwireDialectOptions {
  readonly over: 'ws' | 'tcp';
  /** What a connection says first. */
  readonly authOf: (index: number) => Uint8Array;
  readonly sink: FrameSink;
}

/** Longwire's own protocol, over WebSocket or TCP. */
export function createLongwireDialect({ over, authOf, sink }: LongwireDialectOptions): Dialect {
  const onFrame = (connection: DialectConnection, frame: Buffer, wireBytes: number): void => {
    const op = frame.readUInt32BE(8);
    if (op === OPERATION.message) acknowledge(connection, sink.record(frame, wireBytes));
    else if (op === OPERATION.dictionary) unpackFrame(frame);
    else if (op === OPERATION.authReply) onAuthReply(connection, frame);
    else if (op === OPERATION.closeNotice) connection.fail(frame.subarray(HEADER_BYTES).toString());
  };
  /** Calls `onFrame` for each whole frame; returns where the first unfinished one begins. */
  const split = (connection: DialectConnection, bytes: Buffer, start: number): number => {
    let offset = start;
    while (bytes.length - offset >= HEADER_BYTES) {
      const end = offset + bytes.readUInt32BE(offset);
      if (end > bytes.length) break;
      onFrame(connection, bytes.subarray(offset, end), end - offset);
      offset = end;
    }
    return offset;
  };
  return {
    path: over === 'ws' ? '/sub' : undefined,
    isText: false,
    onOpen: (connection) => connection.send(authOf(connection.index)),
    onMessage(connection, payload, wireBytes) {
      // Access writes one batch per WebSocket message; framing is counted with the first of several.
      if (payload.length >= HEADER_BYTES && payload.readUInt32BE(0) === payload.length) {
        onFrame(connection, payload, wireBytes);
      } else split(connection, payload, 0);
    },
    onStream: split,
    heartbeat: { everyMs: HEARTBEAT_EVERY_MS, send: (connection) => connection.send(HEARTBEAT) },
  };
}

function onAuthReply(connection: DialectConnection, frame: Buffer): void {
  const body = frame.subarray(HEADER_BYTES).toString();
  if (body.includes('"code":0')) connection.ready();
  else connection.fail(`auth reply ${body}`);
}

function acknowledge(connection: DialectConnection, content: FrameContent): void {
  if (content.ackIds.length === 0) return;
  connection.send(encodeClientFrame({ kind: 'ack', seq: 2, messageIds: content.ackIds }));
}

/** Reads one op 5 frame, compressed or not. Throws when it is none: then what is measured is broken. */
export function decodeLongwire(bytes: Buffer): FrameContent {
  const numbers: number[] = [];
  const ackIds: string[] = [];
  for (const inner of unpackFrame(bytes)) {
    const parsed = parseServerFrame(inner);
    if (!parsed.ok || parsed.frame.kind !== 'message') throw new Error('a frame in a batch that is no message');
    const { payload, lw } = parsed.frame;
    numbers.push(numberOf(payload));
    if (lw !== null && 'ack' in lw && lw.ack) ackIds.push(lw.id);
  }
  return { numbers, ackIds };
}

/** The plain frames of a frame; a dictionary is kept, and has none. */
function unpackFrame(bytes: Buffer): readonly Frame[] {
  const [op, ver, seq] = [bytes.readUInt32BE(8), bytes.readUInt16BE(6), bytes.readUInt32BE(12)];
  // Bytes are lent, and dictionaries are kept.
  const body = op === OPERATION.dictionary ? Buffer.from(bytes.subarray(HEADER_BYTES)) : bytes.subarray(HEADER_BYTES);
  const unpacked = unpack({ op, ver, seq, body }, decompressors, shelf);
  if (!unpacked.ok) throw new Error(`a batch that cannot be read: ${unpacked.error.detail}`);
  return unpacked.frames;
}
