import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf, trustedId } from '@longwire/domain';
import type { RequestOutcome, RoomId, Topic } from '@longwire/domain';
import { RoomTrafficReply, RoomTrafficRequest } from '@longwire/protos/bus/v1';
import { fakeClock } from '@longwire/testkit';
import { OwnerTraffic } from './owner-traffic.ts';
import type { AskOutcome } from './owner-traffic.ts';

const ids = (...texts: string[]): RoomId[] => texts.map((text) => trustedId<RoomId>(text));

function open(answer: (roomIds: readonly string[]) => RequestOutcome) {
  const clock = fakeClock();
  const asked: { readonly partition: number; readonly roomIds: readonly string[] }[] = [];
  const outcomes: AskOutcome[] = [];
  const request = (topic: Topic, payload: Uint8Array): Promise<RequestOutcome> => {
    assert.ok(topic.kind === 'room-traffic');
    const { roomIds } = RoomTrafficRequest.decode(payload);
    asked.push({ partition: topic.partition, roomIds });
    return Promise.resolve(answer(roomIds));
  };
  const owners = new OwnerTraffic({ bus: { request }, clock, onAsked: (outcome) => outcomes.push(outcome) });
  return { clock, asked, outcomes, owners };
}

function reply(roomIds: readonly string[], isKnown = true): RequestOutcome {
  const zero = { roomEpoch: 7, seq: 3, batchesPerSec: 1, historyMessages: 2, shed: { low: 4 } };
  const rooms = roomIds.map((roomId) => ({ roomId, messagesPerSec: roomId.length, ...zero }));
  const payload = RoomTrafficReply.encode({ isKnown, owner: 'dispatch-1', windowMs: 200, rooms }).finish();
  return { ok: true, payload };
}

test('rooms are asked for once per partition, each of its owner', async () => {
  const { asked, owners } = open((roomIds) => reply(roomIds));
  const rooms = ids(...Array.from({ length: 200 }, (_, index) => `room-${index}`));
  const traffics = await owners.ask(rooms);
  assert.equal(traffics.size, 200);
  assert.equal(asked.length, new Set(rooms.map(partitionOf)).size);
  assert.ok(asked.every(({ partition, roomIds }) => ids(...roomIds).every((id) => partitionOf(id) === partition)));
  assert.deepEqual(traffics.get('room-1'), {
    owner: 'dispatch-1',
    epoch: 7,
    seq: 3,
    messagesPerSec: 6,
    batchesPerSec: 1,
    windowMs: 200,
    historyMessages: 2,
    shed: { low: 4 },
  });
});

test('a partition whose owner is silent is left alone for 2 s after three questions; then one is tried', async () => {
  let isAway = true;
  const { clock, asked, outcomes, owners } = open((roomIds) =>
    isAway ? { ok: false, failure: 'timeout' } : reply(roomIds),
  );
  for (let turn = 0; turn < 5; turn += 1) assert.equal((await owners.ask(ids('r'))).size, 0);
  assert.equal(asked.length, 3);
  assert.deepEqual(outcomes, ['silent', 'silent', 'silent', 'held-back', 'held-back']);
  isAway = false;
  clock.advance(2000);
  assert.equal((await owners.ask(ids('r'))).size, 1);
  assert.equal((await owners.ask(ids('r'))).size, 1);
  assert.deepEqual(outcomes.slice(5), ['answered', 'answered']);
});

test('an owner that has just lost the partition, and an answer that cannot be read, tell nothing', async () => {
  const answers = [reply(['r'], false), { ok: true, payload: Uint8Array.of(255, 255) } as const];
  const { outcomes, owners } = open(() => answers.shift() ?? reply([]));
  assert.equal((await owners.ask(ids('r'))).size, 0);
  assert.equal((await owners.ask(ids('r'))).size, 0);
  assert.deepEqual(outcomes, ['unknown', 'malformed']);
});
