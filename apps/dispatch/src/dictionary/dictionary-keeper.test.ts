import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId, Topic } from '@longwire/domain';
import { ENCODING_BITS, trustedId } from '@longwire/domain';
import { NodeCommand, RoomBatch } from '@longwire/protos/bus/v1';
import { eventually, fakeClock } from '@longwire/testkit';
import { encodeMessageFrames } from '@longwire/wire';
import type { NodeAudience } from './audience.ts';
import { DictionaryKeeper } from './dictionary-keeper.ts';
import type { DictionaryLimits } from './dictionary-keeper.ts';

const ROOM = trustedId<RoomId>('1000');
const OWNER = { partition: 5, epoch: 9 };
const LIMITS: DictionaryLimits = {
  leastViewers: 5,
  leastRatePerSec: 1,
  sizeBytes: 4096,
  renewMs: 300_000,
  maxRooms: 100,
  maxBytes: 1 << 20,
};

function node(viewers: number, ...dictionaryIds: number[]): NodeAudience {
  return { encodings: ENCODING_BITS.dictionary, viewers: [0, 0, 0, viewers], dictionaryIds };
}

function setUp(limits: Partial<DictionaryLimits> = {}) {
  const clock = fakeClock();
  const sent: { readonly topic: Topic; readonly payload: Uint8Array }[] = [];
  const outcomes: string[] = [];
  const keeper = new DictionaryKeeper({
    bus: { publish: (topic, payload) => (sent.push({ topic, payload }), 'sent') },
    clock,
    limits: { ...LIMITS, ...limits },
    onOutcome: (outcome) => outcomes.push(outcome),
    onSent: () => undefined,
    onFault: (caught) => assert.fail(String(caught)),
  });
  let index = 0;
  /** One batch of ten messages, about 1.5 KB. */
  const say = (nodes: readonly NodeAudience[], roomId = ROOM) => {
    const line = () =>
      Buffer.from(JSON.stringify({ cmd: 'DANMU_MSG', text: `line ${(index += 1)}`, pad: 'x'.repeat(90) }));
    const plain = encodeMessageFrames(Array.from({ length: 10 }, line));
    return keeper.use({ roomId, owner: OWNER, plain, messages: 10 }, nodes);
  };
  const announced = (): number[] =>
    sent.flatMap(({ topic, payload }) =>
      topic.kind === 'room-batch' ? [RoomBatch.decode(payload).dictionary?.id ?? 0] : [],
    );
  /** Talks until a dictionary is announced; returns its id. */
  const untilAnnounced = async (nodes: readonly NodeAudience[], roomId = ROOM): Promise<number> => {
    const before = announced().length;
    for (let turn = 0; turn < 3; turn += 1) say(nodes, roomId);
    // Another thread makes it.
    await eventually(() => announced().length > before, { timeoutMs: 30_000 });
    return announced().at(-1) ?? 0;
  };
  return { clock, keeper, sent, outcomes, say, announced, untilAnnounced };
}

test('a room gets a dictionary of what it has said, announced before it is used, used once its nodes have it', async () => {
  const { say, untilAnnounced, sent, outcomes, keeper } = setUp();
  const id = await untilAnnounced([node(3), node(2)]);
  assert.deepEqual(outcomes, ['made']);
  const word = RoomBatch.decode(sent[0]?.payload ?? new Uint8Array(0));
  assert.deepEqual([word.roomId, word.partition, word.epoch, word.count], [ROOM, 5, 9, 0]);
  assert.equal(say([node(3), node(2)]), undefined);
  assert.equal(say([node(3, id), node(2)]), undefined);
  assert.equal(say([node(3, id), node(2, id)])?.id, id);
  assert.equal(keeper.rooms, 1);
  assert.equal(sent.length, 1);
});

test('a node that does not take it up holds the others back for two seconds, no longer', async () => {
  const { clock, say, untilAnnounced } = setUp();
  const id = await untilAnnounced([node(3), node(2)]);
  clock.advance(1999);
  assert.equal(say([node(3, id), node(2)]), undefined);
  clock.advance(1);
  assert.equal(say([node(3), node(2)]), undefined);
  assert.equal(say([node(3, id), node(2)])?.id, id);
});

test('rooms with too few who take one, and quiet rooms, get none', async () => {
  const { clock, say, keeper, outcomes } = setUp();
  assert.equal(say([node(4)]), undefined);
  assert.equal(keeper.rooms, 0);
  for (let turn = 0; turn < 8; turn += 1) {
    say([node(5)]);
    clock.advance(15_000);
  }
  assert.equal(keeper.rooms, 1);
  assert.deepEqual(outcomes, []);
  const off = setUp({ leastViewers: 0 });
  off.say([node(5000)]);
  assert.equal(off.keeper.rooms, 0);
});

test('it is renewed in time, and the one before serves until the nodes have the new one', async () => {
  const { clock, say, untilAnnounced } = setUp();
  const first = await untilAnnounced([node(5)]);
  assert.equal(say([node(5, first)])?.id, first);
  clock.advance(LIMITS.renewMs);
  const second = await untilAnnounced([node(5, first)]);
  assert.notEqual(second, first);
  assert.equal(say([node(5, first)])?.id, first);
  assert.equal(say([node(5, second, first)])?.id, second);
});

test('a node that comes later is sent what it lacks, once in two seconds', async () => {
  const { clock, keeper, untilAnnounced, sent } = setUp();
  const id = await untilAnnounced([node(5)]);
  keeper.hear('access-2', ROOM, node(5));
  assert.equal(sent.length, 1);
  clock.advance(2000);
  keeper.hear('access-2', ROOM, node(5));
  keeper.hear('access-2', ROOM, node(5));
  keeper.hear('access-3', ROOM, node(0));
  keeper.hear('access-4', ROOM, node(5, id));
  keeper.hear('access-5', trustedId<RoomId>('2000'), node(5));
  assert.equal(sent.length, 2);
  assert.deepEqual(sent[1]?.topic, { kind: 'node', nodeId: 'access-2' });
  const { command } = NodeCommand.decode(sent[1]?.payload ?? new Uint8Array(0));
  assert.equal(command?.$case === 'dictionary' && command.value.id, id);
  clock.advance(2000);
  keeper.hear('access-2', ROOM, node(5));
  assert.equal(sent.length, 3);
});

test('rooms and bytes are bounded; what is beyond goes without, and gets a place when one is free', () => {
  const rooms = Array.from({ length: 4 }, (_, index) => trustedId<RoomId>(`room-${index}`));
  for (const limits of [{ maxRooms: 3 }, { maxBytes: 3 * 4 * LIMITS.sizeBytes + 1 }]) {
    const { clock, say, keeper, outcomes } = setUp(limits);
    for (const room of rooms) say([node(5)], room);
    assert.deepEqual([keeper.rooms, outcomes], [3, ['full']]);
    assert.equal(keeper.sizeBytes, 3 * 4 * LIMITS.sizeBytes);
    clock.advance(LIMITS.renewMs + 1);
    keeper.sweep();
    assert.deepEqual([keeper.rooms, keeper.sizeBytes], [0, 0]);
  }
});

test('a room whose viewers have left gets no new one, and loses its place', async () => {
  const { clock, say, keeper, untilAnnounced, announced } = setUp();
  const id = await untilAnnounced([node(5)]);
  assert.equal(say([node(5, id)])?.id, id);
  clock.advance(LIMITS.renewMs);
  for (let turn = 0; turn < 5; turn += 1) say([node(4, id)]);
  clock.advance(1);
  keeper.sweep();
  assert.equal(keeper.rooms, 0);
  await untilAnnounced([node(5)]);
  assert.equal(announced().length, 2);
});

test('a partition that is lost takes its dictionaries with it, also one that is being made', async () => {
  const { say, keeper, announced, untilAnnounced, outcomes } = setUp();
  for (let turn = 0; turn < 3; turn += 1) say([node(5)]);
  keeper.forgetPartition(4);
  assert.equal(keeper.rooms, 1);
  keeper.forgetPartition(5);
  assert.equal(keeper.rooms, 0);
  // By the time the next one is there, the one that was under way would have been.
  await untilAnnounced([node(5)]);
  assert.deepEqual([announced().length, outcomes], [1, ['made']]);
});

test('a batch that does not fit the window goes without', async () => {
  const { keeper, untilAnnounced } = setUp();
  const id = await untilAnnounced([node(5)]);
  const use = (sizeBytes: number) =>
    keeper.use({ roomId: ROOM, owner: OWNER, plain: new Uint8Array(sizeBytes), messages: 1 }, [node(5, id)]);
  const largest = 2 ** 18 - 16 - 4098;
  assert.equal(use(largest)?.id, id);
  assert.equal(use(largest + 1), undefined);
});
