import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { PresenceEvent, PresenceStore, Session } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { PresenceStoreContract } from './presence-store-needs.ts';
import { close, join, leave, node, open, session } from './samples.ts';

const access1 = node('access-1');
const access2 = node('access-2');
const GRACE_MS = 100;
const HOLD_MS = 80;

const briefly = (event: PresenceEvent): string =>
  `${event.type} ${event.roomId} ${event.userId} ${event.deviceId} ${event.connectionId}`;

const takeAll = async (store: PresenceStore): Promise<readonly string[]> =>
  (await store.takeEvents(1000)).map(briefly).toSorted();

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

    it('tells of no second enter when the changes are applied again', async (store, { peer }) => {
      const [start, joined] = [session('c1', { rooms: ['r1'] }), join(session('c1', { rooms: ['r1'] }), 'r2')];
      assert.equal((await store.apply(access1, [open(start), joined])).length, 2);
      assert.deepEqual(await peer.apply(access1, [open(joined.session), joined]), []);
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
      const [left] = await store.takeEvents(10);
      const [second] = await store.apply(access1, [join(session('c1'), 'r1')]);
      assert.equal(second?.type, 'room.enter');
      assert.equal(new Set([first, left, second].map((event) => event?.eventId)).size, 3);
    });

    const BREAK_MS = 250;
    const SETTLE_MS = 300;
    const itWithBreaks: typeof it = (title, body) =>
      it(title, body, { leaveGraceMs: GRACE_MS, breakMs: BREAK_MS, settleMs: SETTLE_MS });

    itWithBreaks('tells of neither when nobody could be heard while the grace ended', async (store, subject) => {
      const before = session('c1', { rooms: ['r1'] });
      await store.apply(access1, [open(before), close(before)]);
      assert.deepEqual(await takeAll(store), []);
      await subject.elapse(BREAK_MS + GRACE_MS);
      assert.deepEqual([...(await takeAll(store)), ...(await takeAll(subject.peer))], []);
      // The report waited while the store was away, and comes now.
      assert.deepEqual(await store.apply(access2, [open(session('c2', { rooms: ['r1'] }))]), []);
      await subject.elapse(SETTLE_MS);
      assert.deepEqual(await takeAll(store), []);
    });

    itWithBreaks(
      'tells of who did not come back after such a break, however late it is asked',
      async (store, subject) => {
        const only = session('c1', { rooms: ['r1'] });
        const [entered] = await store.apply(access1, [open(only), close(only)]);
        assert.ok(entered !== undefined);
        await store.confirmEvents([entered]);
        assert.deepEqual(await takeAll(store), []);
        await subject.elapse(BREAK_MS + GRACE_MS);
        assert.deepEqual(await takeAll(store), []);
        await subject.elapse(BREAK_MS + SETTLE_MS);
        assert.deepEqual(await takeAll(store), ['room.leave r1 u1 c1-device c1']);
      },
    );

    itWithBreaks('takes a time in which nothing waited for no break', async (store, subject) => {
      const only = session('c1', { rooms: ['r1'] });
      for (let round = 0; round < 2; round += 1) {
        await store.confirmEvents(await store.apply(access1, [open(only), close(only)]));
        await subject.elapse(GRACE_MS);
        const left = await store.takeEvents(10);
        assert.equal(left.length, 1);
        await store.confirmEvents(left);
        await subject.elapse(BREAK_MS + GRACE_MS);
        assert.deepEqual(await takeAll(store), []);
      }
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
      const [left] = await store.takeEvents(10);
      assert.ok(enter !== undefined && left !== undefined);
      assert.ok(left.at - enter.at < GRACE_MS * 2, `${left.at - enter.at} ms apart`);
    });

    it('hands out leaves of many rooms in portions', async (store, { elapse }) => {
      const sessions = Array.from({ length: 30 }, (_, index) => session(`c${index}`, { rooms: [`r${index}`] }));
      await store.apply(access1, [...sessions.map(open), ...sessions.map(close)]);
      await elapse(GRACE_MS);
      const portions = [await store.takeEvents(20), await store.takeEvents(20), await store.takeEvents(20)];
      assert.deepEqual(
        portions.map(({ length }) => length),
        [20, 10, 0],
      );
      assert.equal(new Set(portions.flat().map(({ roomId }) => roomId)).size, 30);
    });
  });

  describe('events until they are confirmed', () => {
    const itWithShortHold: typeof it = (title, body) => it(title, body, { leaveGraceMs: 0, eventHoldMs: HOLD_MS });
    const only = session('c1', { rooms: ['r1'] });

    itWithShortHold(
      'hands an enter out again when whoever applied the change never confirmed it',
      async (store, subject) => {
        const enters = await store.apply(access1, [open(only)]);
        assert.deepEqual(await subject.peer.takeEvents(10), []);
        await subject.elapse(HOLD_MS);
        assert.deepEqual(await subject.peer.takeEvents(10), enters);
        assert.deepEqual(await store.takeEvents(10), []);
      },
    );

    itWithShortHold(
      'hands a leave out again, by the same id, until it is confirmed',
      async (store, { peer, elapse }) => {
        await store.confirmEvents(await store.apply(access1, [open(only), close(only)]));
        const first = await store.takeEvents(10);
        assert.deepEqual(first.map(briefly), ['room.leave r1 u1 c1-device c1']);
        await elapse(HOLD_MS);
        assert.deepEqual(await peer.takeEvents(10), first);
        await store.confirmEvents(first);
        await elapse(HOLD_MS);
        assert.deepEqual(await store.takeEvents(10), []);
      },
    );

    itWithShortHold('begins a new stay for who comes back to a leave that was handed out', async (store) => {
      await store.confirmEvents(await store.apply(access1, [open(only), close(only)]));
      const [left] = await store.takeEvents(10);
      const [entered] = await store.apply(access2, [open(session('c2', { rooms: ['r1'] }))]);
      assert.equal(entered?.type, 'room.enter');
      assert.notEqual(entered.eventId.split('/').at(-1), left?.eventId.split('/').at(-1));
    });

    it('takes a confirmation of what is not kept as done', async (store) => {
      const events = await store.apply(access1, [open(only)]);
      await store.confirmEvents(events);
      await store.confirmEvents(events);
      await store.confirmEvents([]);
      assert.deepEqual(await store.takeEvents(10), []);
    });

    const seed = Date.now() % 1_000_000;
    it(
      `tells each stay once over callers that die and changes that repeat (seed ${seed})`,
      async (store, { peer, elapse }) => {
        const next = diceOf(seed);
        const told = new Map<string, PresenceEvent>();
        const here = new Map<string, Session>();
        const tell = async (from: PresenceStore, events: readonly PresenceEvent[]): Promise<void> => {
          // One caller in three dies with what it was handed; one in two of the others before it has confirmed.
          if (next(3) === 0) return;
          for (const event of events) told.set(event.eventId, event);
          if (next(2) === 0) await from.confirmEvents(events);
        };
        for (let step = 0; step < 120; step += 1) {
          const via = next(2) === 0 ? store : peer;
          const node_ = next(2) === 0 ? access1 : access2;
          const id = `${node_.nodeId}-u${next(3)}`;
          const known = here.get(id) ?? session(id, { user: id.slice(-2), rooms: ['r1', 'r2'].slice(next(2)) });
          const isThere = here.has(id);
          if (isThere && next(2) === 0) {
            here.delete(id);
            await via.apply(node_, [close(known), close(known)]);
          } else {
            here.set(id, known);
            await tell(via, await via.apply(node_, next(2) === 0 ? [open(known)] : [open(known), open(known)]));
          }
          if (next(8) === 0) await elapse(next(2) * HOLD_MS + 10);
          await tell(via, await via.takeEvents(5));
        }
        await store.apply(access1, [...here.values()].map(close));
        await store.apply(access2, [...here.values()].map(close));
        for (let round = 0; round < 2; round += 1) {
          await elapse(HOLD_MS);
          for (let events = await store.takeEvents(50); events.length > 0; events = await store.takeEvents(50)) {
            for (const event of events) told.set(event.eventId, event);
            await store.confirmEvents(events);
          }
        }
        const stays = (type: PresenceEvent['type']): readonly string[] =>
          [...told.values()]
            .filter((event) => event.type === type)
            .map(({ eventId }) => eventId.slice(eventId.indexOf('/')))
            .toSorted();
        assert.ok(stays('room.enter').length > 0);
        assert.deepEqual(stays('room.leave'), stays('room.enter'));
      },
      { leaveGraceMs: 10, eventHoldMs: HOLD_MS },
    );
  });
}

/** Numbers below a bound, the same for the same seed (mulberry32). */
function diceOf(start: number): (bound: number) => number {
  let state = start;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
