import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { ENCODING_BITS, partitionOf } from '@longwire/domain';
import { RoomDemand } from '@longwire/protos/bus/v1';
import type { RoomBatch } from '@longwire/protos/bus/v1';
import { eventually } from '@longwire/testkit';
import { decodeFrames, DictionaryShelf, SERVER_FRAME_LIMITS, unpack } from '@longwire/wire';
import { openWorld, push, room, roomMessage, startDispatch, watchRoom } from '../test/harness.ts';
import type { World } from '../test/harness.ts';

const PARTITION = partitionOf(room);
/** A window, and the quarter of one that a batch may wait for its best form. */
const LEFT_MS = 250;

/** Says what one access node with so many viewers of protover 4 needs. */
async function say(world: World, nodeId: string, viewers: number, dictionaryIds: readonly number[]): Promise<void> {
  const position = { roomEpoch: 0, lastSeq: 0, ownerEpoch: 0, firstSeq: 0 };
  const need = { ...position, roomId: room, encodings: ENCODING_BITS.dictionary };
  const rooms = [{ ...need, viewers: [0, 0, 0, viewers], dictionaryIds: [...dictionaryIds] }];
  const word = RoomDemand.encode({ nodeId, incarnation: 1, isSnapshot: true, rooms, idKeys: Buffer.alloc(0) }).finish();
  world.bulkBus.publish({ kind: 'room-demand', partition: PARTITION }, word);
  await world.clock.advanceAsync(0);
}

/** Talks until the room's dictionary is announced. */
async function untilAnnounced(
  world: World,
  batches: readonly RoomBatch[],
): Promise<NonNullable<RoomBatch['dictionary']>> {
  for (let index = 0; index < 400; index += 1) {
    await push(world, [roomMessage(index, { text: 'x'.repeat(100) })]);
    if (index % 20 === 19) await world.clock.advanceAsync(200);
  }
  // Another thread makes it.
  const find = () => batches.find(({ dictionary }) => dictionary !== undefined)?.dictionary ?? false;
  return eventually(find, { timeoutMs: 30_000 });
}

const encodingsOf = (batch: RoomBatch | undefined) => batch?.encodings.map(({ encoding }) => encoding);

test('a room with viewers of protover 4 gets a dictionary, and then batches that its nodes can read with it alone', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const { batches } = await watchRoom(world);
  await say(world, 'access-1', 20, []);
  const { id, frame } = await untilAnnounced(world, batches);
  assert.ok(batches.filter(({ count }) => count > 0).every((batch) => encodingsOf(batch)?.join() === '4'));
  await say(world, 'access-1', 20, [id]);
  await push(world, [roomMessage(1000)]);
  await world.clock.advanceAsync(LEFT_MS);
  assert.deepEqual(encodingsOf(batches.at(-1)), [ENCODING_BITS.dictionary]);
  const shelf = new DictionaryShelf();
  const brotli = (bytes: Uint8Array) => brotliDecompressSync(bytes);
  const read = [frame, batches.at(-1)?.encodings[0]?.frames ?? Buffer.alloc(0)].flatMap((bytes) =>
    decodeFrames(bytes, SERVER_FRAME_LIMITS).frames.flatMap((each) => unpack(each, { brotli }, shelf).frames),
  );
  assert.deepEqual(
    read.map(({ body }) => (JSON.parse(Buffer.from(body).toString()) as { index: number }).index),
    [1000],
  );
  assert.equal(await dispatch.value('dictionaries_total', '{outcome="made"}'), 1);
  assert.equal(await dispatch.value('dictionary_rooms'), 1);
  await say(world, 'access-2', 3, []);
  await push(world, [roomMessage(1001)]);
  await world.clock.advanceAsync(LEFT_MS);
  assert.deepEqual(encodingsOf(batches.at(-1)), [ENCODING_BITS.brotli, ENCODING_BITS.dictionary]);
  await dispatch.app.stop();
  world.log.close();
});

test('a new owner begins with a dictionary of its own: until then all get brotli', async () => {
  const world = openWorld();
  const first = await startDispatch(world);
  const { batches } = await watchRoom(world);
  await say(world, 'access-1', 20, []);
  const { id } = await untilAnnounced(world, batches);
  await say(world, 'access-1', 20, [id]);
  await first.app.stop();
  const second = await startDispatch(world, 'dispatch-2');
  await say(world, 'access-1', 20, [id]);
  await push(world, [roomMessage(2000)]);
  await world.clock.advanceAsync(LEFT_MS);
  assert.deepEqual(encodingsOf(batches.at(-1)), [ENCODING_BITS.brotli]);
  await second.app.stop();
  world.log.close();
});
