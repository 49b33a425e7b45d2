import { brotliCompressSync, deflateSync } from 'node:zlib';
import { BODY_VER, encodeFrame, encodeMessageFrame, OPERATION, wrapCompressed } from '@longwire/wire';
import type { Manners } from '../../harness/hostile-node.ts';

const MIB = 1024 * 1024;
const FLOOD_BYTES = 48 * MIB;
export const FLOODED_ROOM = 'flooded';
/** What no client may ever hand on. */
export const LIE = 'LIE';

const encoder = new TextEncoder();
const message = (text: string): Uint8Array => encodeMessageFrame(encoder.encode(text));
const lie = message(`{"cmd":"${LIE}"}`);
const garbage = Uint8Array.from({ length: 64 }, (_, index) => index * 7);

/** Bodies of op 5 that are none: skipped, and told as a fault each. */
export const SENSELESS = ['', '[]', '{"cmd":7}', '{"text":"no cmd"}', '{', `{"cmd":"${LIE}"`, '\u0000'];

function sends(...all: readonly Uint8Array[]): Manners {
  return async (victim) => {
    for (const bytes of all) await victim.send(bytes);
  };
}

/** One compressed frame, in what the client says it can decode; to one that can decode nothing, brotli all the same. */
function sendsCompressed(bytes: Uint8Array, spoil = (compressed: Uint8Array) => compressed): Manners {
  const brotli = wrapCompressed(3, spoil(brotliCompressSync(bytes)));
  const zlib = wrapCompressed(2, spoil(deflateSync(bytes)));
  return (victim, protover) => victim.send(protover === 2 ? zlib : brotli);
}

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length / 2);

/** When told, sends messages of one room behind a hole that is never filled, says that it has, and when told, garbage. */
export function flooding(told: { begin: Promise<void>; end: Promise<void> }): Manners {
  const padding = 'x'.repeat(32 * 1024);
  const flood = (seq: number): Uint8Array =>
    message(JSON.stringify({ cmd: 'FLOOD', padding: `${seq}${padding}`, lw: { room: FLOODED_ROOM, seq, epoch: 1 } }));
  return async (victim) => {
    await told.begin;
    await victim.send(flood(1));
    for (let seq = 3; seq < 3 + FLOOD_BYTES / padding.length; seq += 1) await victim.send(flood(seq));
    await victim.send(message('{"cmd":"FLOODED"}'));
    await told.end;
    await victim.send(garbage);
  };
}

export const BOMB = sendsCompressed(new Uint8Array(64 * MIB));

export const BROKEN_FRAMES: Readonly<Record<string, Manners>> = {
  garbage: sends(garbage),
  'a wrong header length': sends(Uint8Array.of(0, 0, 0, 16, 0, 17, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0)),
  'a frame of 2 GiB': sends(Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0, 16, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0)),
  'a frame shorter than its header': sends(Uint8Array.of(0, 0, 0, 15, 0, 16, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0)),
  'half a frame, then the end': async (victim) => {
    await victim.send(half(lie));
    victim.end();
  },
  'messages without sense, then garbage': sends(...SENSELESS.map((text) => message(text)), garbage),
};

export const BROKEN_COMPRESSION: Readonly<Record<string, Manners>> = {
  'half of it': sendsCompressed(lie, half),
  'against a dictionary that nobody sent': sends(
    encodeFrame({ op: OPERATION.message, ver: BODY_VER.dictionary, seq: 7, body: brotliCompressSync(lie) }),
  ),
  'compressed twice': sendsCompressed(wrapCompressed(3, brotliCompressSync(lie))),
};
