import type { Bus, RoomId } from '@longwire/domain';
import { partitionOf, trustedId, withLwField } from '@longwire/domain';
import { RoomHistoryReply, RoomHistoryRequest } from '@longwire/protos/bus/v1';
import { encodeMessageFrames } from '@longwire/wire';
import { payloadOf } from './test-node.ts';

/** The owner of one room's partition, played by the test: answers what it is asked from the texts it is given. */
export interface FakeOwner {
  /** The text of each message from `firstSeq` on. */
  readonly texts: string[];
  firstSeq: number;
  epoch: number;
  ownerEpoch: number;
  /** Says that it does not know. */
  isClueless: boolean;
  /** Says nothing until the returned promise resolves. */
  wait: Promise<void>;
  readonly asked: RoomHistoryRequest[];
  /** The first so many questions are never answered. */
  silentFor: number;
  /** What it says stands for the ids of its messages. */
  idKeys: Buffer;
}

export async function playOwner(bulkBus: Bus, roomId: string): Promise<FakeOwner> {
  const room = trustedId<RoomId>(roomId);
  const owner: FakeOwner = {
    texts: [],
    firstSeq: 1,
    epoch: 1,
    ownerEpoch: 1,
    isClueless: false,
    wait: Promise.resolve(),
    asked: [],
    silentFor: 0,
    idKeys: Buffer.alloc(0),
  };
  await bulkBus.subscribe({ kind: 'room-history', partition: partitionOf(room) }, (payload, respond) => {
    const request = RoomHistoryRequest.decode(payload);
    owner.asked.push(request);
    if (owner.asked.length > owner.silentFor) void owner.wait.then(() => respond?.(answer(owner, room, request)));
  });
  return owner;
}

function answer(owner: FakeOwner, room: RoomId, request: RoomHistoryRequest): Uint8Array {
  const { texts, firstSeq, epoch, ownerEpoch, isClueless } = owner;
  const skipped = Math.max(0, request.afterSeq - firstSeq + 1);
  const bodies = texts
    .map((text, index) => withLwField(payloadOf(text), { room, seq: firstSeq + index, epoch }))
    .slice(skipped);
  const frames = Buffer.from(encodeMessageFrames(bodies));
  const isThere = bodies.length > 0 && request.roomEpoch === epoch;
  return RoomHistoryReply.encode({
    isKnown: !isClueless,
    roomEpoch: epoch,
    lastSeq: firstSeq + texts.length - 1,
    ownerEpoch,
    batches: isThere ? [{ firstSeq: firstSeq + skipped, count: bodies.length, frames }] : [],
    idKeys: owner.idKeys,
  }).finish();
}
