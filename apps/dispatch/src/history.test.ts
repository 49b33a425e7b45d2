import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf } from '@longwire/domain';
import { RoomHistoryReply, RoomPush } from '@longwire/protos/bus/v1';
import { idKeyOf } from './aggregate/id-key.ts';
import { askHistory, playNode } from '../test/fake-node.ts';
import { ASK_MS, cutOff, openWorld, push, room, roomMessage, startDispatch } from '../test/harness.ts';
import type { World } from '../test/harness.ts';

async function pushOne(world: World, index: number): Promise<void> {
  // As service does: nobody listening means the partition is moving.
  while ((await push(world, [roomMessage(index)])) === undefined) await world.clock.advanceAsync(50);
  await world.clock.advanceAsync(250);
}

function upTo(last: number, from = 1): number[] {
  return Array.from({ length: last - from + 1 }, (_, index) => from + index);
}

test('the owner answers with what came after any position, and says where the room stands', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const node = await playNode(world, room);
  for (const index of upTo(5)) await pushOne(world, index);
  const epoch = node.batches[0]?.roomEpoch ?? 0;
  assert.deepEqual((await askHistory(world, room, { epoch, afterSeq: 2 }))?.indexes, [3, 4, 5]);
  assert.deepEqual((await askHistory(world, room, { epoch, afterSeq: 5 }))?.indexes, []);
  const other = await askHistory(world, room, { epoch: epoch - 1, afterSeq: 0 });
  assert.deepEqual([other?.isKnown, other?.roomEpoch, other?.lastSeq, other?.indexes], [true, epoch, 5, []]);
  await push(world, [roomMessage(6), roomMessage(7)]);
  await push(world, [roomMessage(8)]);
  assert.equal((await askHistory(world, room, { epoch, afterSeq: 0 }))?.lastSeq, 7, 'what waits has not been sent');
  const garbage = world.bulkBus.request(
    { kind: 'room-history', partition: partitionOf(room) },
    Buffer.from([0xff]),
    50,
  );
  await garbage;
  assert.equal(await dispatch.value('malformed_total', '{topic="room-history"}'), 1);
  await dispatch.app.stop();
  world.log.close();
});

test('history is bounded in time, number and bytes, and what is kept is metered', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world, 'dispatch-1', { historyMessages: 3, historyBytes: 100_000 });
  const node = await playNode(world, room);
  for (const index of upTo(5)) await pushOne(world, index);
  const epoch = node.batches[0]?.roomEpoch ?? 0;
  assert.deepEqual((await askHistory(world, room, { epoch, afterSeq: 0 }))?.indexes, [3, 4, 5]);
  for (const index of [6, 7]) {
    await push(world, [roomMessage(index, { text: 'x'.repeat(60_000) })]);
    await world.clock.advanceAsync(250);
  }
  assert.deepEqual((await askHistory(world, room, { epoch, afterSeq: 0 }))?.indexes, [7]);
  assert.ok((await dispatch.value('history_bytes')) > 60_000);
  assert.equal(await dispatch.value('history_shortened_total'), 2);
  await world.clock.advanceAsync(31_000);
  const late = await askHistory(world, room, { epoch, afterSeq: 0 });
  assert.deepEqual([late?.indexes, late?.lastSeq, await dispatch.value('history_bytes')], [[], 7, 0]);
  await dispatch.app.stop();
  world.log.close();
});

test('over kill -9 of the owner a room keeps its epoch, its seq goes on, and its past is had from an access node', async () => {
  const world = openWorld();
  const node = await playNode(world, room);
  const first = await startDispatch(world, 'dispatch-1');
  for (const index of upTo(5)) await pushOne(world, index);
  cutOff(first);
  const second = await startDispatch(world, 'dispatch-2');
  await world.clock.advanceAsync(3500);
  for (const index of upTo(8, 6)) await pushOne(world, index);
  const epoch = node.batches[0]?.roomEpoch ?? 0;
  assert.deepEqual(
    node.seen,
    upTo(8).map((seq) => `${epoch}/${seq}`),
  );
  assert.equal(new Set(node.batches.map((batch) => batch.epoch)).size, 2, 'the lease has another epoch');
  assert.deepEqual((await askHistory(world, room, { epoch, afterSeq: 6 }))?.indexes, [7, 8]);
  assert.deepEqual((await askHistory(world, room, { epoch, afterSeq: 1 }))?.indexes, upTo(8, 2));
  assert.deepEqual((await askHistory(world, room, { epoch, afterSeq: 0 }))?.indexes, upTo(8));
  assert.equal(await second.value('history_answers_total', '{outcome="pulled"}'), 1);
  await first.app.stop();
  await second.app.stop();
  world.log.close();
});

test('over kill -9 of the owner, a push that comes again with the same id is answered as taken and not sent a second time', async () => {
  const world = openWorld();
  const node = await playNode(world, room);
  const first = await startDispatch(world, 'dispatch-1');
  for (const index of upTo(5)) await pushOne(world, index);
  cutOff(first);
  const second = await startDispatch(world, 'dispatch-2');
  await world.clock.advanceAsync(3500);
  // The answers to these pushes were lost with the owner, so their caller tries again.
  const again = await push(world, [roomMessage(4), roomMessage(5), roomMessage(6)]);
  assert.deepEqual(again, { accepted: 3, isOverloaded: false });
  await world.clock.advanceAsync(250);
  assert.deepEqual(node.indexes, upTo(6));
  assert.equal(await second.value('room_duplicates_total'), 2);
  assert.equal(await second.value('room_ids_taken_up_total'), 5);
  await first.app.stop();
  await second.app.stop();
  world.log.close();
});

test('batches and answers about the past name the ids of messages that may be pushed again, and no others', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const node = await playNode(world, room);
  await push(world, [roomMessage(1), { ...roomMessage(2), isUnkeyed: true }, roomMessage(3)]);
  await world.clock.advanceAsync(250);
  const keys = [1, 3].map((index) => idKeyOf(roomMessage(index).messageId)).join('');
  assert.deepEqual(
    node.batches.map(({ idKeys }) => idKeys.toString('latin1')),
    [keys],
  );
  const epoch = node.batches[0]?.roomEpoch ?? 0;
  const past = await askHistory(world, room, { epoch, afterSeq: 0 });
  assert.equal(past?.idKeys.toString('latin1'), keys);
  await dispatch.app.stop();
  world.log.close();
});

test('a push that comes again is known to its owner, with a key also after a minute and any number of others without', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world, 'dispatch-1', { roomRate: 0 });
  const node = await playNode(world, room);
  const unkeyed = (index: number) => ({ ...roomMessage(index), isUnkeyed: true });
  const both = [roomMessage(1), unkeyed(2)];
  await push(world, both);
  await push(world, both);
  assert.equal(await dispatch.value('room_duplicates_total'), 2);
  for (let from = 3; from < 21_003; from += 1000) {
    await push(world, upTo(from + 999, from).map(unkeyed));
    await world.clock.advanceAsync(2000);
  }
  await world.clock.advanceAsync(15_000);
  await push(world, both);
  await world.clock.advanceAsync(250);
  assert.deepEqual(
    node.indexes.filter((index) => index <= 2),
    [1, 2, 2],
    'service does not repeat a push without a key so late',
  );
  await dispatch.app.stop();
  world.log.close();
});

test('when nobody knows a room any more it begins a new epoch, higher than the one before', async () => {
  const world = openWorld();
  const node = await playNode(world, room);
  const first = await startDispatch(world, 'dispatch-1');
  await pushOne(world, 1);
  node.isDeaf = true;
  cutOff(first);
  const second = await startDispatch(world, 'dispatch-2');
  await world.clock.advanceAsync(3500);
  node.isDeaf = false;
  await pushOne(world, 2);
  const [before, after] = node.batches;
  assert.ok((after?.roomEpoch ?? 0) > (before?.roomEpoch ?? 0));
  assert.equal(after?.firstSeq, 1);
  const answer = await askHistory(world, room, { epoch: before?.roomEpoch ?? 0, afterSeq: 0 });
  assert.deepEqual([answer?.roomEpoch, answer?.indexes], [after?.roomEpoch, []]);
  await first.app.stop();
  await second.app.stop();
  world.log.close();
});

test('a node that had got further than the ones that answered makes the room begin a new epoch', async () => {
  const world = openWorld();
  const [quick, slow] = [await playNode(world, room, 'access-1'), await playNode(world, room, 'access-2')];
  const first = await startDispatch(world, 'dispatch-1');
  await pushOne(world, 1);
  quick.isDeaf = true;
  await pushOne(world, 2);
  quick.isDeaf = false;
  slow.isDeaf = true;
  cutOff(first);
  const second = await startDispatch(world, 'dispatch-2');
  await world.clock.advanceAsync(3500);
  await pushOne(world, 3);
  const epoch = quick.batches[0]?.roomEpoch ?? 0;
  assert.deepEqual(quick.seen, [`${epoch}/1`, `${epoch}/2`], 'the slow node has another message as 2');
  slow.isDeaf = false;
  slow.report();
  await world.clock.advanceAsync(0);
  await pushOne(world, 4);
  const [own, seq] = quick.seen.at(-1)?.split('/').map(Number) ?? [];
  assert.ok((own ?? 0) > epoch);
  assert.equal(seq, 1);
  assert.equal(await second.value('room_forks_total'), 1);
  await first.app.stop();
  await second.app.stop();
  world.log.close();
});

test('over a graceful hand-over a room goes on without a gap and every push is answered', async () => {
  const world = openWorld();
  const node = await playNode(world, room);
  const first = await startDispatch(world, 'dispatch-1');
  for (const index of upTo(3)) await pushOne(world, index);
  const second = await startDispatch(world, 'dispatch-2');
  // Sent in the same turn as the owner begins to leave: they are on their way.
  const messages = upTo(6, 4).map((index) => roomMessage(index));
  const outcomes = messages.map((message) =>
    world.bulkBus.request(
      { kind: 'room-push', partition: partitionOf(room) },
      RoomPush.encode({ messages: [message] }).finish(),
      ASK_MS,
    ),
  );
  const left = first.app.drain?.(1000);
  await world.clock.advanceAsync(0);
  assert.deepEqual(
    (await Promise.all(outcomes)).map((outcome) => outcome.ok),
    [true, true, true],
  );
  await world.clock.advanceAsync(1500);
  await left;
  await pushOne(world, 7);
  assert.deepEqual(node.indexes, upTo(7));
  const epoch = node.batches[0]?.roomEpoch ?? 0;
  assert.deepEqual(
    node.seen,
    upTo(7).map((seq) => `${epoch}/${seq}`),
  );
  assert.deepEqual((await askHistory(world, room, { epoch, afterSeq: 0 }))?.indexes, upTo(7));
  await first.app.stop();
  await second.app.stop();
  world.log.close();
});

test('an owner whose time is over says that it cannot say', async () => {
  const world = openWorld();
  const first = await startDispatch(world);
  const frozen = world.clock.monotonic();
  world.clock.monotonic = () => frozen + 5000;
  const answer = await askHistory(world, room, { epoch: 1, afterSeq: 0 });
  const { indexes, ...reply } = answer ?? { indexes: [0] };
  assert.deepEqual(indexes, []);
  assert.deepEqual(reply, RoomHistoryReply.create());
  await first.app.stop();
  world.log.close();
});
