import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODING_BITS, partitionOf, trustedId } from '@longwire/domain';
import { NodeCommand, RoomDemand } from '@longwire/protos/bus/v1';
import { eventually, fakeClock } from '@longwire/testkit';
import {
  announcement,
  batchOf,
  dictionaryOf,
  EPOCH,
  NEWER,
  NEWER_BATCH,
  NEWER_ID,
  OLDER,
  OLDER_BATCH,
  OLDER_ID,
  ROOM,
} from '../test/dictionary-vectors.ts';
import { roomBatch, startTestNode, topicOf } from '../test/test-node.ts';
import type { TestNode, TestNodeOptions } from '../test/test-node.ts';
import type { WireClient } from '../test/wire-client.ts';

const ROOM_TOPIC = topicOf(ROOM);

async function withNode(
  run: (node: TestNode, demands: readonly RoomDemand[]) => Promise<void>,
  options: TestNodeOptions = {},
): Promise<void> {
  const node = await startTestNode(options);
  const demands: RoomDemand[] = [];
  await node.bulkBus.subscribe({ kind: 'room-demand', partition: partitionOf(ROOM) }, (bytes) =>
    demands.push(RoomDemand.decode(bytes)),
  );
  try {
    await run(node, demands);
  } finally {
    await node.stop();
  }
}

/** Ops with their ver, of what is not a control reply. */
function kinds(client: WireClient): string[] {
  return client.frames.flatMap(({ op, ver }) => (op === 5 || op === 26 ? [`${op}/${ver}`] : []));
}

const seqs = (client: WireClient): number[] =>
  client.messages.map(({ lw }) => (lw !== null && 'seq' in lw ? lw.seq : 0));

test('protover 4 is sent the dictionary and then batches against it; others get the same messages their way', () =>
  withNode(async (node, demands) => {
    const ws = await node.signIn({ roomId: ROOM, protover: 4 });
    const tcp = await node.signIn({ roomId: ROOM, protover: 4, kind: 'tcp' });
    const brotli = await node.signIn({ roomId: ROOM, protover: 3 });
    const plain = await node.signIn({ roomId: ROOM, protover: 0 });
    await eventually(() => demands.at(-1)?.rooms[0]?.viewers.join() === '1,0,1,2');
    assert.deepEqual(demands.at(-1)?.rooms[0]?.dictionaryIds, []);
    node.bulkBus.publish(ROOM_TOPIC, announcement(OLDER_ID, OLDER));
    await eventually(() => demands.at(-1)?.rooms[0]?.dictionaryIds[0] === OLDER_ID);
    assert.equal(
      demands.at(-1)?.rooms[0]?.encodings,
      ENCODING_BITS.plain | ENCODING_BITS.brotli | ENCODING_BITS.dictionary,
    );
    node.bulkBus.publish(ROOM_TOPIC, batchOf(OLDER_BATCH, 3, 1));
    for (const client of [ws, tcp, brotli, plain]) await eventually(() => seqs(client).length === 1);
    assert.deepEqual([ws, tcp, brotli, plain].map(kinds), [['26/3', '5/4'], ['26/3', '5/4'], ['5/3'], ['5/0']]);
    assert.deepEqual([ws, tcp, brotli, plain].map(seqs), [[3], [3], [3], [3]]);
  }));

test('one who comes later has the dictionary before the batch, and behind the reply', () =>
  withNode(async (node) => {
    await node.signIn({ roomId: ROOM, protover: 4 });
    node.bulkBus.publish(ROOM_TOPIC, announcement(OLDER_ID, OLDER));
    const late = await node.signIn({ roomId: ROOM, protover: 4 });
    node.bulkBus.publish(ROOM_TOPIC, batchOf(OLDER_BATCH, 3, 1));
    await eventually(() => seqs(late).length === 1);
    assert.deepEqual(
      late.frames.map(({ op }) => op),
      [8, 26, 5],
    );
  }));

test('one who resumes gets what it missed in ver 3, also what came with a dictionary that it never had', () =>
  withNode(async (node) => {
    await node.signIn({ roomId: ROOM, protover: 4 });
    node.bulkBus.publish(ROOM_TOPIC, roomBatch({ roomId: ROOM, texts: ['2'], epoch: EPOCH, firstSeq: 2 }));
    node.bulkBus.publish(ROOM_TOPIC, announcement(OLDER_ID, OLDER));
    node.bulkBus.publish(ROOM_TOPIC, batchOf(OLDER_BATCH, 3, 1));
    node.bulkBus.publish(ROOM_TOPIC, announcement(NEWER_ID, NEWER));
    const back = await node.signIn({ roomId: ROOM, protover: 4 });
    back.send({ kind: 'resume', seq: 2, roomId: ROOM, epoch: EPOCH, roomSeq: 2 });
    assert.equal((await back.reply('resumeReply')).recovered, true);
    await eventually(() => seqs(back).length === 1);
    assert.deepEqual([kinds(back).at(-1), seqs(back)], ['5/3', [3]]);
  }));

test('a dictionary that a node lacks is sent to it alone', () =>
  withNode(async (node, demands) => {
    const client = await node.signIn({ roomId: ROOM, protover: 4 });
    const value = { roomId: ROOM, id: NEWER_ID, frame: NEWER };
    const command = NodeCommand.encode({ command: { $case: 'dictionary', value } }).finish();
    node.bulkBus.publish({ kind: 'node', nodeId: trustedId('access-1') }, command);
    await eventually(() => demands.at(-1)?.rooms[0]?.dictionaryIds[0] === NEWER_ID);
    node.bulkBus.publish(ROOM_TOPIC, batchOf(NEWER_BATCH, 130, 20));
    await eventually(() => seqs(client).length === 20);
    assert.deepEqual(kinds(client), ['26/3', '5/4']);
  }));

test('a batch whose dictionary is not here is as if it had not come: counted, and the owner hears what is here', () =>
  withNode(async (node, demands) => {
    const client = await node.signIn({ roomId: ROOM, protover: 4 });
    await eventually(() => demands.length > 0);
    const before = demands.length;
    node.bulkBus.publish(ROOM_TOPIC, batchOf(OLDER_BATCH, 3, 1));
    await eventually(async () => (await node.metric('longwire_access_malformed_total{topic="room-batch"}')) === 1);
    await eventually(() => demands.length > before);
    assert.deepEqual([demands.at(-1)?.rooms[0]?.lastSeq, demands.at(-1)?.rooms[0]?.dictionaryIds], [0, []]);
    node.bulkBus.publish(ROOM_TOPIC, roomBatch({ roomId: ROOM, texts: ['4'], epoch: EPOCH, firstSeq: 4 }));
    await eventually(() => seqs(client).length === 1);
    assert.deepEqual([kinds(client), seqs(client)], [['5/3'], [4]]);
  }));

test('bytes that are no dictionary are counted and break nothing', () =>
  withNode(async (node) => {
    const client = await node.signIn({ roomId: ROOM, protover: 4 });
    node.bulkBus.publish(ROOM_TOPIC, announcement(OLDER_ID, Buffer.from('not a frame')));
    await eventually(async () => (await node.metric('longwire_access_dictionaries_total{outcome="malformed"}')) === 1);
    node.bulkBus.publish(ROOM_TOPIC, roomBatch({ roomId: ROOM, texts: ['1'], epoch: EPOCH }));
    await eventually(() => seqs(client).length === 1);
    assert.deepEqual(kinds(client), ['5/3']);
  }));

test('a dictionary that was replaced twice is counted until what came with it is no longer kept', async () => {
  const clock = fakeClock(Date.now());
  await withNode(
    async (node) => {
      const client = await node.signIn({ roomId: ROOM, protover: 4 });
      const bytes = () => node.metric('longwire_access_dictionary_bytes');
      const dictionaries = [[OLDER_ID, OLDER] as const, [NEWER_ID, NEWER] as const, [77, dictionaryOf(77)] as const];
      const sizes: number[] = [];
      for (const [id, frame] of dictionaries) {
        const before = await bytes();
        node.bulkBus.publish(ROOM_TOPIC, announcement(id, frame));
        await eventually(async () => (await bytes()) > before);
        sizes.push((await bytes()) - before);
        if (id === OLDER_ID) node.bulkBus.publish(ROOM_TOPIC, batchOf(OLDER_BATCH, 3, 1));
      }
      await eventually(() => seqs(client).length === 1);
      const [older = 0, newer = 0, third = 0] = sizes;
      await clock.advanceAsync(29_000);
      assert.equal(await bytes(), older + newer + third);
      await clock.advanceAsync(2000);
      assert.deepEqual([await bytes(), await node.metric('longwire_access_history_bytes')], [newer + third, 0]);
    },
    { clock },
  );
});
