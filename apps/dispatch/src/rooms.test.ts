import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { ENCODING_BITS, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { ASK_MS, demand, openWorld, push, roomMessage, startDispatch, watchRoom } from '../test/harness.ts';
import type { World } from '../test/harness.ts';

async function stop(world: World, ...apps: readonly { readonly app: { stop(): Promise<void> } }[]): Promise<void> {
  for (const { app } of apps) await app.stop();
  world.log.close();
}

test('a thousand messages reach the room once, in order, in far fewer batches', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const { batches, messages } = await watchRoom(world);
  const other = await watchRoom(world, trustedId<RoomId>('2000'));
  for (let index = 0; index < 1000; index += 1) {
    assert.deepEqual(await push(world, [roomMessage(index)]), { accepted: 1, isOverloaded: false });
    await world.clock.advanceAsync(1);
  }
  await world.clock.advanceAsync(200);
  assert.deepEqual(
    messages.map((message) => message.index),
    Array.from({ length: 1000 }, (_, index) => index),
  );
  assert.deepEqual(
    messages.map((message) => message.lw.seq),
    Array.from({ length: 1000 }, (_, index) => index + 1),
  );
  assert.equal(new Set(messages.map((message) => message.lw.epoch)).size, 1);
  assert.ok(batches.length <= 7, `${batches.length} batches`);
  assert.equal(other.batches.length, 0);
  assert.equal(await dispatch.value('room_messages_taken_total'), 1000);
  await stop(world, dispatch);
});

test('the first message of a quiet room leaves in the turn it came in', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const { batches } = await watchRoom(world);
  await push(world, [roomMessage(1), roomMessage(2)]);
  assert.deepEqual(
    batches.map(({ firstSeq, count }) => ({ firstSeq, count })),
    [{ firstSeq: 1, count: 2 }],
  );
  assert.equal(await dispatch.value('batches_forwarded_total', '{reason="idle"}'), 1);
  await stop(world, dispatch);
});

test('a batch travels in the encodings that members need, each compressed once', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const { batches } = await watchRoom(world);
  await demand(world, ENCODING_BITS.plain | ENCODING_BITS.brotli);
  for (let index = 0; index < 50; index += 1) await push(world, [roomMessage(index)]);
  await world.clock.advanceAsync(200);
  const [, second] = batches;
  assert.deepEqual(
    second?.encodings.map((encoded) => encoded.encoding),
    [ENCODING_BITS.plain, ENCODING_BITS.brotli],
  );
  const [plain, brotli] = second?.encodings ?? [];
  assert.deepEqual(brotliDecompressSync(brotli?.frames.subarray(16) ?? ''), plain?.frames);
  assert.equal(await dispatch.value('compressions_total', '{encoding="brotli"}'), batches.length);
  assert.equal(await dispatch.value('compressions_total', '{encoding="zlib"}'), 0);
  await stop(world, dispatch);
});

test('a room that no node asked for is sent plain, and a silent node is forgotten', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const { batches } = await watchRoom(world);
  await push(world, [roomMessage(1)]);
  await demand(world, ENCODING_BITS.zlib);
  await world.clock.advanceAsync(1000);
  await push(world, [roomMessage(2)]);
  await world.clock.advanceAsync(16_000);
  await push(world, [roomMessage(3)]);
  assert.deepEqual(
    batches.map((batch) => batch.encodings.map((encoded) => encoded.encoding)),
    [[ENCODING_BITS.plain], [ENCODING_BITS.zlib], [ENCODING_BITS.plain]],
  );
  await stop(world, dispatch);
});

test('a message that comes twice is answered as taken and sent once', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const { messages } = await watchRoom(world);
  await push(world, [roomMessage(1)]);
  assert.deepEqual(await push(world, [roomMessage(1), roomMessage(2)]), { accepted: 2, isOverloaded: false });
  await world.clock.advanceAsync(200);
  assert.deepEqual(
    messages.map((message) => message.index),
    [1, 2],
  );
  assert.equal(await dispatch.value('room_duplicates_total'), 1);
  await stop(world, dispatch);
});

test('beyond the bound of a room the rest of the push is refused and counted, and nothing of it is sent', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world, 'dispatch-1', { roomQueueBytes: 150_000 });
  const { messages } = await watchRoom(world);
  const large = Array.from({ length: 5 }, (_, index) => roomMessage(index, { text: 'x'.repeat(64_000) }));
  assert.deepEqual(await push(world, large), { accepted: 2, isOverloaded: true });
  assert.equal(await dispatch.value('room_overloaded_total', '{bound="room"}'), 3);
  assert.deepEqual(await push(world, large.slice(2, 3)), { accepted: 1, isOverloaded: false });
  await world.clock.advanceAsync(200);
  assert.deepEqual(
    messages.map((message) => [message.index, message.lw.seq]),
    [
      [0, 1],
      [1, 2],
      [2, 3],
    ],
  );
  assert.equal(await dispatch.value('window_waiting_bytes'), 0);
  await stop(world, dispatch);
});

test('beyond the bound of the process any room is refused', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world, 'dispatch-1', { queueBytes: 100_000 });
  const large = [roomMessage(0, { text: 'x'.repeat(64_000) }), roomMessage(1, { text: 'x'.repeat(64_000) })];
  assert.deepEqual(await push(world, large), { accepted: 1, isOverloaded: true });
  assert.equal(await dispatch.value('room_overloaded_total', '{bound="process"}'), 1);
  await stop(world, dispatch);
});

test('bytes that are no push, and a payload that is no object, break nothing', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const { messages } = await watchRoom(world);
  const partition = 3;
  const outcome = world.bulkBus.request({ kind: 'room-push', partition }, new Uint8Array([0xff, 0xff, 0xff]), ASK_MS);
  await world.clock.advanceAsync(0);
  assert.ok((await outcome).ok);
  const broken = { ...roomMessage(1), payload: Buffer.from('[1]') };
  assert.deepEqual(await push(world, [broken, roomMessage(2)]), { accepted: 2, isOverloaded: false });
  assert.deepEqual(
    messages.map((message) => [message.index, message.lw.seq]),
    [[2, 1]],
  );
  assert.equal(await dispatch.value('malformed_total', '{topic="room-push"}'), 2);
  await stop(world, dispatch);
});

test('a batch that the bus does not take is counted as lost and the room goes on', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const { messages } = await watchRoom(world);
  dispatch.line.isBusGone = true;
  await push(world, [roomMessage(1)]);
  dispatch.line.isBusGone = false;
  await world.clock.advanceAsync(200);
  await push(world, [roomMessage(2)]);
  assert.equal(await dispatch.value('batches_lost_total'), 1);
  assert.deepEqual(
    messages.map((message) => [message.index, message.lw.seq]),
    [[2, 2]],
  );
  await stop(world, dispatch);
});

test('stopping sends what waits, leaves no timer behind and can be done twice', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const { messages } = await watchRoom(world);
  await push(world, [roomMessage(1)]);
  await push(world, [roomMessage(2)]);
  const timersOfTheStore = 1;
  await dispatch.app.stop();
  await dispatch.app.stop();
  await world.clock.advanceAsync(0);
  assert.deepEqual(
    messages.map((message) => message.index),
    [1, 2],
  );
  assert.equal(world.clock.pendingTimers(), timersOfTheStore);
  assert.equal(await push(world, [roomMessage(3)]), undefined);
  world.log.close();
});
