import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { PresenceEvent, PresenceStore } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { PresenceStoreContract } from './presence-store.contract.ts';
import { close, join, leave, node, open, session } from './samples.ts';

const access1 = node('access-1');
const access2 = node('access-2');
const GRACE_MS = 100;

const briefly = (event: PresenceEvent): string =>
  `${event.type} ${event.roomId} ${event.userId} ${event.deviceId} ${event.connectionId}`;

const takeAll = async (store: PresenceStore): Promise<readonly string[]> =>
  (await store.takeDueLeaves(1000)).map(briefly).toSorted();

/** Enter and leave events. */
export function describePresenceEvents(contract: PresenceStoreContract): void {
  const it = contractCases(contract, { leaveGraceMs: GRACE_MS });
  const itWithLongGrace: typeof it = (title, body) => it(title, body, { leaveGraceMs: 60_000 });

  describe('enter and leave', () => {
    it('tells of an enter with the first connection of a user in a room, and of no second', async (store, { peer }) => {
      const first = await store.apply(access1, [open(session('c1', { device: 'phone', rooms: ['r1', 'r2'] }))]);
      assert.deepEqual(first.map(briefly), ['room.enter r1 u1 phone c1', 'room.enter r2 u1 phone c1']);
      assert.deepEqual(await peer.apply(access2, [open(session('c2', { rooms: ['r1'] }))]), []);
    });

    it('tells enters in the order of the changes', async (store) => {
      const one = session('c1');
      const two = session('c2', { user: 'u2' });
      const events = await store.apply(access1, [
        open(one),
        open(two),
        join(two, 'r1'),
        join(one, 'r2'),
        join(one, 'r1'),
      ]);
      assert.deepEqual(
        events.map(({ connectionId, roomId }) => `${connectionId} ${roomId}`),
        ['c2 r1', 'c1 r2', 'c1 r1'],
      );
    });

    it('takes guests by their device', async (store) => {
      const guests = ['c1', 'c2'].map((id) => open(session(id, { user: null, device: `phone-${id}`, rooms: ['r1'] })));
      const events = await store.apply(access1, guests);
      assert.deepEqual(events.map(briefly), ['room.enter r1 0 phone-c1 c1', 'room.enter r1 0 phone-c2 c2']);
    });

    it('tells the same enter by the same id when the change is applied again', async (store, { peer }) => {
      const change = open(session('c1', { rooms: ['r1'] }));
      const first = await store.apply(access1, [change]);
      assert.equal(first.length, 1);
      assert.deepEqual(await peer.apply(access1, [change]), first);
    });

    it('tells of a leave once the grace after the last connection has ended, to one caller', async (store, subject) => {
      const [phone, tv] = [session('c1', { rooms: ['r1'] }), session('c2', { device: 'tv', rooms: ['r1'] })];
      await store.apply(access1, [open(phone), open(tv), close(phone)]);
      await subject.elapse(GRACE_MS);
      assert.deepEqual(await takeAll(store), []);
      await store.apply(access1, [close(tv)]);
      await subject.elapse(GRACE_MS);
      const taken = await Promise.all([takeAll(store), takeAll(subject.peer), takeAll(store)]);
      assert.deepEqual(taken.flat(), ['room.leave r1 u1 tv c2']);
    });

    itWithLongGrace('tells of no leave within the grace', async (store) => {
      const only = session('c1', { rooms: ['r1'] });
      await store.apply(access1, [open(only), close(only)]);
      assert.deepEqual(await takeAll(store), []);
    });

    it('tells of neither leave nor enter when a user comes back within the grace', async (store, { elapse }) => {
      const before = session('c1', { rooms: ['r1'] });
      await store.apply(access1, [open(before)]);
      await store.apply(access1, [close(before)]);
      assert.deepEqual(await store.apply(access2, [open(session('c2', { rooms: ['r1'] }))]), []);
      await elapse(GRACE_MS);
      assert.deepEqual(await takeAll(store), []);
    });

    it('tells of a new enter, by another id, when a user comes back after the leave', async (store, { elapse }) => {
      const only = session('c1', { rooms: ['r1'] });
      const [first] = await store.apply(access1, [open(only)]);
      await store.apply(access1, [leave(only, 'r1')]);
      await elapse(GRACE_MS);
      const [left] = await store.takeDueLeaves(10);
      const [second] = await store.apply(access1, [join(session('c1'), 'r1')]);
      assert.equal(second?.type, 'room.enter');
      assert.equal(new Set([first, left, second].map((event) => event?.eventId)).size, 3);
    });

    it('gives ids that differ over rooms and users', async (store) => {
      const events = await store.apply(access1, [
        open(session('c1', { rooms: ['r1', 'r2'] })),
        open(session('c2', { user: 'u2', rooms: ['r1', 'r2'] })),
      ]);
      assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 4);
    });

    it('stamps events with the time they happened, not the time they were taken', async (store, { elapse }) => {
      const only = session('c1', { rooms: ['r1'] });
      const [enter] = await store.apply(access1, [open(only)]);
      await store.apply(access1, [close(only)]);
      await elapse(GRACE_MS * 3);
      const [left] = await store.takeDueLeaves(10);
      assert.ok(enter !== undefined && left !== undefined);
      assert.ok(left.at - enter.at < GRACE_MS * 2, `${left.at - enter.at} ms apart`);
    });

    it('hands out leaves of many rooms in portions', async (store, { elapse }) => {
      const sessions = Array.from({ length: 30 }, (_, index) => session(`c${index}`, { rooms: [`r${index}`] }));
      await store.apply(access1, [...sessions.map(open), ...sessions.map(close)]);
      await elapse(GRACE_MS);
      const portions = [await store.takeDueLeaves(20), await store.takeDueLeaves(20), await store.takeDueLeaves(20)];
      assert.deepEqual(
        portions.map(({ length }) => length),
        [20, 10, 0],
      );
      assert.equal(new Set(portions.flat().map(({ roomId }) => roomId)).size, 30);
    });
  });
}
