import { partitionOf, trustedId } from '@longwire/domain';
import type { NodeId, RoomId } from '@longwire/domain';
import { RoomBatch, RoomDemand, RoomDemandQuery, RoomHistoryReply, RoomHistoryRequest } from '@longwire/protos/bus/v1';
import type { World } from './harness.ts';
import { ASK_MS, objectsOf } from './harness.ts';

/** An access node that has one room, played by the test: keeps its batches and answers owners as a node does. */
export interface FakeNode {
  readonly batches: RoomBatch[];
  /** `epoch/seq` of each message that came, and its index. */
  readonly seen: string[];
  readonly indexes: number[];
  /** Takes nothing from the bus and answers nothing while true. */
  isDeaf: boolean;
  /** Says where the room stands to the owner of its partition, as the periodic snapshot does. */
  report(): void;
}

export async function playNode(world: World, roomId: RoomId, name = 'access-1'): Promise<FakeNode> {
  const nodeId = trustedId<NodeId>(name);
  const partition = partitionOf(roomId);
  let fence = 0;
  const report = (idKeys: Buffer = Buffer.alloc(0)): void => {
    const last = node.batches.at(-1);
    const position = {
      roomEpoch: last?.roomEpoch ?? 0,
      lastSeq: last === undefined ? 0 : last.firstSeq + last.count - 1,
      ownerEpoch: last?.epoch ?? 0,
      firstSeq: node.batches.find((batch) => batch.roomEpoch === last?.roomEpoch)?.firstSeq ?? 0,
    };
    const word = {
      nodeId: name,
      incarnation: 1,
      isSnapshot: true,
      rooms: [{ roomId, encodings: 1, viewers: [], dictionaryIds: [], ...position }],
      idKeys,
    };
    world.bulkBus.publish({ kind: 'room-demand', partition }, RoomDemand.encode(word).finish());
  };
  const node: FakeNode = { batches: [], seen: [], indexes: [], isDeaf: false, report: () => report() };
  await world.bulkBus.subscribe({ kind: 'room-batch', roomId }, (payload) => {
    const batch = RoomBatch.decode(payload);
    if (node.isDeaf || batch.epoch < fence) return;
    node.batches.push(batch);
    for (const object of objectsOf(batch.encodings[0]?.frames ?? new Uint8Array(0))) {
      const { lw, index } = object as { index: number; lw: { epoch: number; seq: number } };
      node.seen.push(`${lw.epoch}/${lw.seq}`);
      node.indexes.push(index);
    }
  });
  await world.bulkBus.subscribe({ kind: 'room-demand-query' }, (payload, respond) => {
    if (node.isDeaf) return;
    const { partitions, epochs } = RoomDemandQuery.decode(payload);
    fence = Math.max(fence, epochs[partitions.indexOf(partition)] ?? 0);
    if (partitions.includes(partition)) report(Buffer.concat(node.batches.map(({ idKeys }) => idKeys)));
    respond?.(new Uint8Array(0));
  });
  await world.bulkBus.subscribe({ kind: 'node-history', nodeId }, (payload, respond) => {
    if (!node.isDeaf) respond?.(answer(node, RoomHistoryRequest.decode(payload)));
  });
  return node;
}

function answer(node: FakeNode, { roomEpoch, afterSeq, upToSeq }: RoomHistoryRequest): Uint8Array {
  const batches = node.batches
    .filter((batch) => batch.roomEpoch === roomEpoch && batch.firstSeq > afterSeq)
    .filter((batch) => batch.firstSeq + batch.count - 1 <= upToSeq)
    .map(({ firstSeq, count, encodings }) => ({
      firstSeq,
      count,
      frames: Buffer.from(encodings[0]?.frames ?? new Uint8Array(0)),
    }));
  const idKeys = Buffer.alloc(0);
  return RoomHistoryReply.encode({
    isKnown: true,
    roomEpoch,
    lastSeq: upToSeq,
    ownerEpoch: 0,
    batches,
    idKeys,
  }).finish();
}

/** Asks the owner of the room's partition what the room has had. */
export async function askHistory(
  world: World,
  roomId: RoomId,
  { epoch, afterSeq }: { readonly epoch: number; readonly afterSeq: number },
) {
  const request = RoomHistoryRequest.encode({ roomId, roomEpoch: epoch, afterSeq, upToSeq: 0 }).finish();
  const outcome = world.bulkBus.request({ kind: 'room-history', partition: partitionOf(roomId) }, request, ASK_MS);
  await world.clock.advanceAsync(0);
  const settled = await outcome;
  if (!settled.ok) return undefined;
  const reply = RoomHistoryReply.decode(settled.payload);
  const indexes = reply.batches.flatMap((batch) =>
    objectsOf(batch.frames).map((object) => (object as { index: number }).index),
  );
  return { ...reply, indexes };
}
