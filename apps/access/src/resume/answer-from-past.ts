import { lastSeqOf, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import type { HistoryBatch } from '@longwire/protos/bus/v1';
import { RoomHistoryReply, RoomHistoryRequest } from '@longwire/protos/bus/v1';
import type { OnRecoded } from '../delivery/encoded-batch.ts';
import type { RoomTable } from '../room/room-table.ts';
import type { Room } from '../room/room.ts';
import { cutPlain } from './past-batch.ts';
import type { RoomPast } from './room-past.ts';

/** One answer must fit the 1 MiB that NATS takes by default. */
export const MAX_ANSWER_BYTES = 896 * 1024;

export interface AnswerSources {
  readonly rooms: Pick<RoomTable, 'find'>;
  readonly past: RoomPast;
  readonly onRecoded: OnRecoded;
}

/**
 * What this node keeps of a room, for a new owner that has not sent it: the last messages up to the seq it names, as many
 * as fit. Throws when the bytes are no request.
 */
export function answerFromPast(payload: Uint8Array, sources: AnswerSources): Uint8Array {
  const request = RoomHistoryRequest.decode(payload);
  const room = sources.rooms.find(trustedId<RoomId>(request.roomId));
  const isKnown = room !== undefined && room.epoch === request.roomEpoch;
  return RoomHistoryReply.encode({
    isKnown,
    roomEpoch: room?.epoch ?? 0,
    lastSeq: room?.lastSeq ?? 0,
    ownerEpoch: room?.ownerEpoch ?? 0,
    batches: isKnown ? lastBatches(room, request, sources) : [],
    // A new owner has had those of all its rooms with the answer to its query.
    idKeys: Buffer.alloc(0),
  }).finish();
}

function lastBatches(room: Room, request: RoomHistoryRequest, { past, onRecoded }: AnswerSources): HistoryBatch[] {
  const upTo = request.upToSeq === 0 ? room.lastSeq : request.upToSeq;
  const batches: HistoryBatch[] = [];
  let sizeBytes = 0;
  for (const batch of past.kept(room, request.afterSeq).toReversed()) {
    if (batch.firstSeq > upTo) continue;
    const part = cutPlain(batch, request.afterSeq + 1, Math.min(upTo, lastSeqOf(batch)), onRecoded);
    sizeBytes += part?.frames.length ?? 0;
    // What is older than a batch that cannot be read would leave a hole.
    if (part === null || sizeBytes > MAX_ANSWER_BYTES) break;
    batches.unshift(part);
  }
  return batches;
}
