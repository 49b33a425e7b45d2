import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import type { RoomId } from '@longwire/domain';
import { ENCODING_BITS, partitionOf, trustedId } from '@longwire/domain';
import { RoomBatch } from '@longwire/protos/bus/v1';
import { encodeDictionary, wrapDictionary } from '@longwire/wire';

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly before?: string;
}

/** The room of the golden dictionaries, and the epoch its messages count in. */
export const ROOM = trustedId<RoomId>('1000');
export const EPOCH = 3;

/** Only dispatch makes dictionaries; here its golden bytes stand for it. */
function vector(file: string, name: string): Vector {
  const url = new URL(`../../../protos/vectors/${file}.json`, import.meta.url);
  const { vectors } = JSON.parse(readFileSync(url, 'utf8')) as { vectors: readonly Vector[] };
  const found = vectors.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found;
}

const bytesOf = (hex: string | undefined): Buffer => Buffer.from(hex ?? '', 'hex');

/** Whole frames: the first dictionary, one that is sent after it, and a batch against each: seq 3, and seq 130 to 149. */
export const OLDER = bytesOf(vector('server-frames', 'dictionary').hex);
export const OLDER_BATCH = bytesOf(vector('batches', 'dictionary-batch-of-one').hex);
const renewed = vector('batches', 'dictionary-renewed');
export const NEWER = bytesOf(renewed.before).subarray(OLDER.length);
export const NEWER_BATCH = bytesOf(renewed.hex).subarray(0, bytesOf(renewed.hex).length - OLDER_BATCH.length);
export const OLDER_ID = OLDER_BATCH.readUInt32BE(12);
export const NEWER_ID = NEWER_BATCH.readUInt32BE(12);

/** One more dictionary of the room, that nothing was made with. */
export function dictionaryOf(id: number): Buffer {
  const bytes = encodeDictionary({ id, roomId: ROOM, skipBytes: 1, prefix: new Uint8Array(8) });
  return Buffer.from(wrapDictionary(brotliCompressSync(bytes)));
}

const empty = { roomId: ROOM, partition: partitionOf(ROOM), epoch: EPOCH };

/** What dispatch says to the nodes of a room when it has a new dictionary. */
export function announcement(id: number, frame: Buffer, roomId = ROOM): Uint8Array {
  return RoomBatch.encode(RoomBatch.fromPartial({ ...empty, dictionary: { roomId, id, frame } })).finish();
}

/** A batch as dispatch forwards it when all of its nodes have the dictionary. */
export function batchOf(frames: Buffer, firstSeq: number, count: number): Uint8Array {
  const encodings = [{ encoding: ENCODING_BITS.dictionary, frames }];
  return RoomBatch.encode(RoomBatch.fromPartial({ ...empty, roomEpoch: EPOCH, firstSeq, count, encodings })).finish();
}
