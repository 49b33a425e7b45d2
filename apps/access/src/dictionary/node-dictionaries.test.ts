import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODING_BITS } from '@longwire/domain';
import type { Encoding } from '@longwire/domain';
import { buildWsFrame } from '@longwire/wire';
import { dictionaryOf, NEWER, NEWER_ID, OLDER, OLDER_BATCH, OLDER_ID, ROOM } from '../../test/dictionary-vectors.ts';
import { EncodedBatch } from '../delivery/encoded-batch.ts';
import { slotOf, withoutDictionary } from '../delivery/slot.ts';
import { emptyTally, fanOutBulk } from '../room/fan-out.ts';
import type { Member } from '../room/room.ts';
import { Room } from '../room/room.ts';
import { NodeDictionaries } from './node-dictionaries.ts';

type TestMember = Member & { readonly got: Uint8Array[]; isFull: boolean; isClosed: boolean };

function memberOf(encoding: Encoding, isMessageFramed = false): TestMember {
  const member: TestMember = {
    got: [],
    isFull: false,
    isClosed: false,
    lastFanOut: 0,
    rooms: [],
    roomIndexes: [],
    slot: slotOf(encoding, isMessageFramed),
    outbox: {
      offerBulk: (bytes) => (member.isFull ? 'shed' : (member.got.push(bytes), 'written')),
      offerExpress: () => 'written',
    },
  };
  return member;
}

/** What a node holds of it: the frame as it came, and in a WebSocket message. */
function nodeBytesOf(frame: Buffer): number {
  return frame.length + buildWsFrame(frame).length;
}

function setUp(maxBytes = 1 << 20) {
  const rooms = [new Room(ROOM)];
  const [room] = rooms;
  assert.ok(room !== undefined);
  const outcomes: string[] = [];
  const past = { firstKeptSeq: 0 };
  let changes = 0;
  const dictionaries = new NodeDictionaries({
    maxBytes,
    rooms: () => rooms,
    isKept: (_room, { seq }) => past.firstKeptSeq > 0 && past.firstKeptSeq <= seq,
    onChange: () => (changes += 1),
    onTaken: (outcome) => outcomes.push(outcome),
    onOffered: (result) => outcomes.push(result),
  });
  const join = async (member: TestMember): Promise<void> => {
    room.add(member);
    dictionaries.noteJoined(room, member);
    await Promise.resolve();
  };
  const batch = () => {
    const dictionary = room.dictionaries?.find(OLDER_ID);
    const encodings = [{ encoding: ENCODING_BITS.dictionary, frames: OLDER_BATCH, dictionary }];
    return EncodedBatch.of(encodings, () => undefined);
  };
  const fanOut = (): void => fanOutBulk(batch(), room.members, { start: 0, end: room.members.length }, emptyTally());
  const vers = (member: TestMember): number[] => member.got.map((bytes) => Buffer.from(bytes).readUInt16BE(6));
  const begin = () => room.begin(batch(), { onBegun: () => undefined, onWritten: () => undefined });
  return { room, dictionaries, outcomes, past, join, fanOut, begin, vers, changes: () => changes };
}

test('a dictionary goes to those who take one, the same buffer to all, and then batches of ver 4', async () => {
  const { room, dictionaries, outcomes, join, fanOut, vers } = setUp();
  const [one, two, brotli] = [memberOf('dictionary'), memberOf('dictionary'), memberOf('brotli')];
  for (const member of [one, two, brotli]) await join(member);
  dictionaries.take(room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  assert.deepEqual(outcomes, ['sent', 'sent', 'taken']);
  assert.ok(one.got[0] !== undefined && one.got[0] === two.got[0]);
  fanOut();
  assert.equal(one.got[1], two.got[1]);
  assert.deepEqual([vers(one), vers(brotli)], [[3, 4], [3]]);
  assert.deepEqual(Buffer.from(one.got[1] ?? []), OLDER_BATCH);
  dictionaries.take(room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  assert.equal(outcomes.at(-1), 'known');
  assert.equal(one.got.length, 2);
});

test('one who joins is sent the newest behind the reply to its request, and ver 3 until then', async () => {
  const { room, dictionaries, join, fanOut, vers } = setUp();
  await join(memberOf('dictionary'));
  dictionaries.take(room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  const late = memberOf('dictionary');
  const joined = join(late);
  assert.deepEqual(late.got, []);
  fanOut();
  assert.deepEqual(vers(late), [3]);
  await joined;
  fanOut();
  assert.deepEqual(vers(late), [3, 3, 4]);
});

test('a member whose line has no place gets ver 3 until another try succeeds, and its node says so', async () => {
  const { room, dictionaries, outcomes, join, fanOut, vers, changes } = setUp();
  const [slow, fast] = [memberOf('dictionary'), memberOf('dictionary')];
  for (const member of [slow, fast]) await join(member);
  slow.isFull = true;
  dictionaries.take(room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  assert.deepEqual(outcomes, ['shed', 'sent', 'taken']);
  assert.equal(room.needsNow, ENCODING_BITS.dictionary | ENCODING_BITS.brotli);
  dictionaries.sweep();
  assert.equal(outcomes.at(-1), 'shed');
  slow.isFull = false;
  fanOut();
  assert.deepEqual([vers(slow), vers(fast)], [[3], [3, 4]]);
  const before = changes();
  dictionaries.sweep();
  assert.equal(changes(), before + 1);
  assert.equal(room.needsNow, ENCODING_BITS.dictionary);
  fanOut();
  assert.deepEqual(vers(slow), [3, 3, 4]);
});

test('batches against the dictionary before are still read by who had it, not by who came since', async () => {
  const { room, dictionaries, join, fanOut, vers } = setUp();
  const early = memberOf('dictionary');
  await join(early);
  dictionaries.take(room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  dictionaries.take(room, { roomId: ROOM, id: NEWER_ID, frame: NEWER });
  assert.deepEqual(room.dictionaries?.ids, [NEWER_ID, OLDER_ID]);
  const late = memberOf('dictionary');
  await join(late);
  fanOut();
  assert.deepEqual(
    [vers(early), vers(late)],
    [
      [3, 3, 4],
      [3, 3],
    ],
  );
});

/** Two takers of dictionaries, of whom the slow one could be given none, and a batch that has only reached the other. */
async function withBatchUnderWay() {
  const world = setUp();
  const { dictionaries, join, begin } = world;
  const [fast, slow] = [memberOf('dictionary'), memberOf('dictionary')];
  for (const member of [fast, slow]) await join(member);
  slow.isFull = true;
  dictionaries.take(world.room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  dictionaries.take(world.room, { roomId: ROOM, id: NEWER_ID, frame: NEWER });
  slow.isFull = false;
  begin().advance(1);
  assert.deepEqual([fast.got.length, slow.got.length], [3, 0]);
  const ops = (member: TestMember): string[] =>
    member.got.map((bytes) => `${Buffer.from(bytes).readUInt32BE(8)}/${Buffer.from(bytes).readUInt16BE(6)}`);
  return { ...world, fast, slow, ops };
}

test('who gets its dictionary while a batch is under way has had the batch before, without one', async () => {
  const { dictionaries, slow, ops } = await withBatchUnderWay();
  dictionaries.sweep();
  assert.deepEqual(ops(slow), ['5/3', '26/3']);
});

test('a batch under way against a dictionary that is let go of is still read by who lacks it', async () => {
  const { room, dictionaries, slow, fast, ops } = await withBatchUnderWay();
  const id = 77;
  dictionaries.take(room, { roomId: ROOM, id, frame: dictionaryOf(id) });
  assert.deepEqual(room.dictionaries?.ids, [id, NEWER_ID]);
  assert.deepEqual([ops(slow), room.fanOut], [['5/3', '26/3'], null]);
  assert.deepEqual(ops(fast).slice(2), ['5/4', '26/3']);
});

test('what is no dictionary of the room is dropped', () => {
  const { room, dictionaries, outcomes } = setUp();
  const damaged = Buffer.from(OLDER);
  damaged.fill(0xff, 20);
  const bad = [
    { id: OLDER_ID, frame: Buffer.alloc(0) },
    { id: OLDER_ID, frame: damaged },
    { id: OLDER_ID, frame: OLDER_BATCH },
    { id: OLDER_ID, frame: Buffer.concat([OLDER, OLDER]) },
    { id: NEWER_ID, frame: OLDER },
  ];
  for (const each of bad) dictionaries.take(room, { roomId: ROOM, ...each });
  dictionaries.take(new Room('2000' as never), { roomId: '2000', id: OLDER_ID, frame: OLDER });
  assert.deepEqual(outcomes, Array(6).fill('malformed'));
  assert.equal(dictionaries.sizeBytes, 0);
});

test('beyond its bytes a node takes no further dictionary, and what is forgotten gives place', () => {
  const { room, dictionaries, outcomes } = setUp(OLDER.length * 3);
  dictionaries.take(room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  dictionaries.take(room, { roomId: ROOM, id: NEWER_ID, frame: NEWER });
  assert.deepEqual(outcomes, ['taken', 'full']);
  assert.deepEqual(room.dictionaries?.ids, [OLDER_ID]);
  assert.ok(dictionaries.sizeBytes > 2 * OLDER.length && dictionaries.sizeBytes <= 3 * OLDER.length);
  dictionaries.forget(room);
  assert.equal(dictionaries.sizeBytes, 0);
  dictionaries.take(room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  assert.equal(outcomes.at(-1), 'taken');
});

test('a dictionary that kept batches came with is counted until they are gone, and what is full until then has place again', () => {
  const sizes = [OLDER, NEWER, dictionaryOf(71), dictionaryOf(72)].map(nodeBytesOf);
  const [older = 0, newer = 0, third = 0, fourth = 0] = sizes;
  const { room, dictionaries, outcomes, past } = setUp(older + newer + third + fourth - 1);
  const takeAll = (...each: readonly (readonly [number, Buffer])[]): void => {
    for (const [id, frame] of each) dictionaries.take(room, { roomId: ROOM, id, frame });
  };
  takeAll([OLDER_ID, OLDER], [NEWER_ID, NEWER]);
  Object.assign(room, { epoch: 1, lastSeq: 10 });
  past.firstKeptSeq = 3;
  takeAll([71, dictionaryOf(71)], [72, dictionaryOf(72)]);
  dictionaries.sweep();
  assert.deepEqual(outcomes, ['taken', 'taken', 'taken', 'full']);
  assert.deepEqual([room.dictionaries?.ids, dictionaries.sizeBytes], [[71, NEWER_ID], older + newer + third]);
  past.firstKeptSeq = 11;
  dictionaries.sweep();
  assert.equal(dictionaries.sizeBytes, newer + third);
  takeAll([72, dictionaryOf(72)]);
  assert.deepEqual([outcomes.at(-1), room.dictionaries?.ids], ['taken', [72, 71]]);
  dictionaries.forget(room);
  assert.equal(dictionaries.sizeBytes, 0);
});

test('nothing is remembered of members who left or closed', async () => {
  const { room, dictionaries, outcomes, join } = setUp();
  const [gone, closed] = [memberOf('dictionary'), memberOf('dictionary')];
  for (const member of [gone, closed]) await join(member);
  gone.isFull = true;
  closed.isClosed = true;
  dictionaries.take(room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  for (const member of [gone, closed]) {
    room.remove(member);
    dictionaries.noteLeft(room, member);
  }
  assert.equal(room.dictionaries?.newest?.lacking.size, 0);
  assert.deepEqual([closed.got, outcomes], [[], ['shed', 'taken']], 'a closed one was sent nothing, nor counted so');
});

test('a dictionary that is replaced, or forgotten with its room, lets go of its members', async () => {
  const { room, dictionaries, join } = setUp();
  const slow = memberOf('dictionary');
  await join(slow);
  slow.isFull = true;
  dictionaries.take(room, { roomId: ROOM, id: OLDER_ID, frame: OLDER });
  const first = room.dictionaries?.newest;
  dictionaries.take(room, { roomId: ROOM, id: NEWER_ID, frame: NEWER });
  const second = room.dictionaries?.newest;
  assert.deepEqual([first?.lacking.size, second?.lacking.size], [1, 1]);
  if (second !== undefined) room.dictionaries?.put(second, { epoch: 0, seq: 0 });
  assert.equal(first?.lacking.size, 0);
  dictionaries.forget(room);
  assert.equal(second?.lacking.size, 0);
});

test('without its dictionary a slot is that of brotli with the same framing', () => {
  for (const isMessageFramed of [true, false]) {
    assert.equal(withoutDictionary(slotOf('dictionary', isMessageFramed)), slotOf('brotli', isMessageFramed));
    assert.equal(withoutDictionary(slotOf('plain', isMessageFramed)), slotOf('plain', isMessageFramed));
  }
});
