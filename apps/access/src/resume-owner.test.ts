import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODING_BITS, partitionOf, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { RoomDemand, RoomDemandQuery, RoomHistoryReply, RoomHistoryRequest } from '@longwire/protos/bus/v1';
import { eventually } from '@longwire/testkit';
import { playOwner } from '../test/fake-owner.ts';
import { received, resume, texts, told } from '../test/client-story.ts';
import { roomBatch, topicOf, withNode } from '../test/test-node.ts';

const PARTITION = partitionOf(trustedId<RoomId>('a'));

test('a new owner is told where rooms stand here and what is kept, and from then on the old one is not listened to', () =>
  withNode(async (node) => {
    const demands: RoomDemand[] = [];
    await node.bulkBus.subscribe({ kind: 'room-demand', partition: PARTITION }, (bytes) =>
      demands.push(RoomDemand.decode(bytes)),
    );
    const client = await node.signIn({ roomId: 'a', protover: 3 });
    for (const firstSeq of [4, 5, 6]) {
      node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: [`${firstSeq}`], epoch: 7, firstSeq }));
    }
    await received(client, ['4', '5', '6']);
    const query = RoomDemandQuery.encode({ partitions: [PARTITION, 63], epochs: [9, 9] }).finish();
    assert.equal((await node.bulkBus.request({ kind: 'room-demand-query' }, query, 1000)).ok, true);
    await eventually(() => demands.some((demand) => demand.isSnapshot));
    const needs = { encodings: ENCODING_BITS.brotli, viewers: [0, 0, 1, 0], dictionaryIds: [] };
    assert.deepEqual(demands.at(-1)?.rooms, [
      { roomId: 'a', ...needs, roomEpoch: 7, lastSeq: 6, ownerEpoch: 7, firstSeq: 4 },
    ]);
    const request = RoomHistoryRequest.encode({ roomId: 'a', roomEpoch: 7, afterSeq: 0, upToSeq: 5 }).finish();
    const topic = { kind: 'node-history', nodeId: trustedId<never>('access-1') } as const;
    const outcome = await node.bulkBus.request(topic, request, 1000);
    const reply = outcome.ok ? RoomHistoryReply.decode(outcome.payload) : undefined;
    assert.deepEqual(
      reply?.batches.map(({ firstSeq, count }) => [firstSeq, count]),
      [
        [4, 1],
        [5, 1],
      ],
    );
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['late'], epoch: 7, firstSeq: 7 }));
    await eventually(async () => (await node.metric('longwire_access_stale_batches_total')) === 1);
    assert.deepEqual(texts(client), ['4', '5', '6']);
  }));

test('a new owner is told which messages came here, live or with the answer of the owner, so that it knows one that is pushed again', () =>
  withNode(async (node) => {
    const demands: RoomDemand[] = [];
    await node.bulkBus.subscribe({ kind: 'room-demand', partition: PARTITION }, (bytes) =>
      demands.push(RoomDemand.decode(bytes)),
    );
    const owner = await playOwner(node.bulkBus, 'a');
    const client = await node.signIn({ roomId: 'a' });
    const live = roomBatch({ roomId: 'a', texts: ['1', '2'], idKeys: Buffer.from('key-no-1key-no-2') });
    node.bulkBus.publish(topicOf('a'), live);
    await received(client, ['1', '2']);
    owner.texts.push('1', '2', '3');
    owner.idKeys = Buffer.from('key-no-3');
    resume(client, 3);
    await told(client, ['1', '2', '0 true 1/3']);
    const older = roomBatch({ roomId: 'a', texts: ['x'], epoch: 0.5, idKeys: Buffer.from('too-late') });
    const query = (epoch: number) => RoomDemandQuery.encode({ partitions: [PARTITION], epochs: [epoch] }).finish();
    await node.bulkBus.request({ kind: 'room-demand-query' }, query(9), 1000);
    node.bulkBus.publish(topicOf('a'), older);
    await node.bulkBus.request({ kind: 'room-demand-query' }, query(10), 1000);
    // A snapshot that nobody asked for may come in between; it has none.
    const answersToQueries = () => demands.filter((demand) => demand.isSnapshot && demand.idKeys.length > 0);
    await eventually(() => answersToQueries().length >= 2);
    const answers = answersToQueries().map(({ idKeys }) => idKeys.toString());
    assert.deepEqual(answers, ['key-no-1key-no-2key-no-3', 'key-no-1key-no-2key-no-3']);
    assert.ok(demands.every((demand) => demand.isSnapshot || demand.idKeys.length === 0));
    assert.ok((await node.metric('longwire_access_recent_ids_bytes')) >= 24);
  }));
