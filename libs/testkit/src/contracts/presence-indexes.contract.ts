import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { PresenceStore } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { PresenceStoreContract } from './presence-store-needs.ts';
import { close, join, leave, node, open, roomId, session, userId } from './samples.ts';

const access1 = node('access-1');
const access2 = node('access-2');

const onlineOf = async (store: PresenceStore, room: string, nodeId?: string): Promise<readonly number[]> => {
  const [facts] = await store.roomsOnline([roomId(room)], nodeId === undefined ? undefined : trustedId(nodeId));
  return [facts?.online ?? -1, facts?.onlineAtNode ?? -1];
};

/** Routes, sessions, counts. */
export function describePresenceIndexes(contract: PresenceStoreContract): void {
  const it = contractCases(contract, { leaveGraceMs: 60_000 });

  describe('routes and counts', () => {
    it('routes a user and a device to each of their connections', async (store, { peer }) => {
      await store.apply(access1, [open(session('c1', { device: 'phone' })), open(session('c3', { user: 'u2' }))]);
      await store.apply(access2, [open(session('c2', { device: 'tv' }))]);
      const routes = await peer.routesOfUsers([userId('u1'), userId('u2'), userId('nobody')]);
      assert.deepEqual(routes.map(({ connectionId, nodeId }) => `${connectionId}@${nodeId}`).toSorted(), [
        'c1@access-1',
        'c2@access-2',
        'c3@access-1',
      ]);
      assert.deepEqual(await peer.routesOfDevices([trustedId('tv')]), [
        { connectionId: 'c2', userId: 'u1', deviceId: 'tv', nodeId: 'access-2' },
      ]);
    });

    it('routes a guest by device alone', async (store) => {
      await store.apply(access1, [open(session('c1', { user: null, device: 'phone' }))]);
      const [route] = await store.routesOfDevices([trustedId('phone')]);
      assert.equal(route?.userId, null);
      assert.deepEqual(await store.totals(), { connections: 1, users: 0, rooms: 0 });
    });

    it('shows the sessions of a user whole, with the rooms they are in now', async (store, { peer }) => {
      const first = session('c1', { rooms: ['r1'] });
      await store.apply(access1, [open(first), join(first, 'r2')]);
      assert.deepEqual(await peer.sessionsOfUser(userId('u1')), [
        { ...first, rooms: ['r1', 'r2'], nodeId: 'access-1' },
      ]);
      assert.deepEqual(await peer.sessionsOfUser(userId('u2')), []);
    });

    it('counts the connections of a room, in all and per node', async (store) => {
      await store.apply(access1, [
        open(session('c1', { rooms: ['r1'] })),
        open(session('c2', { rooms: ['r1', 'r2'] })),
      ]);
      await store.apply(access2, [open(session('c3', { user: 'u3', rooms: ['r1'] }))]);
      assert.deepEqual(await onlineOf(store, 'r1'), [3, 0]);
      assert.deepEqual(await onlineOf(store, 'r1', 'access-1'), [3, 2]);
      assert.deepEqual(await onlineOf(store, 'r2', 'access-2'), [1, 0]);
      assert.deepEqual(await onlineOf(store, 'empty', 'access-1'), [0, 0]);
      assert.deepEqual(await store.totals(), { connections: 3, users: 2, rooms: 2 });
    });

    it('names the rooms with the most connections, most first, as they change', async (store, { peer }) => {
      const fill = (room: string, count: number) =>
        Array.from({ length: count }, (_, index) => session(`${room}-c${index}`, { rooms: [room] }));
      const rooms = Array.from({ length: 150 }, (_, index) => `room-${index}`);
      await store.apply(
        access1,
        rooms.map((room) => open(session(`of-${room}`, { rooms: [room] }))),
      );
      await store.apply(access1, fill('big', 9).map(open));
      await store.apply(access2, fill('bigger', 12).map(open));
      const top = async (limit: number) =>
        (await peer.topRooms(limit)).map((room) => `${room.roomId} ${room.online} ${room.onlineAtNode}`);
      assert.deepEqual(await top(2), ['bigger 12 0', 'big 9 0']);
      assert.equal((await top(200)).length, 152);
      assert.equal((await top(3)).length, 3);
      await store.apply(access2, fill('bigger', 12).slice(4).map(close));
      assert.deepEqual(await top(2), ['big 9 0', 'bigger 4 0']);
      await store.apply(access2, fill('bigger', 4).map(close));
      assert.deepEqual(await top(1), ['big 9 0']);
      assert.ok(!(await top(200)).some((room) => room.startsWith('bigger')));
    });

    it('answers rooms in the order they were asked for', async (store) => {
      await store.apply(access1, [open(session('c1', { rooms: ['r2'] }))]);
      const facts = await store.roomsOnline(['r1', 'r2', 'r3'].map(roomId));
      assert.deepEqual(
        facts.map((fact) => [fact.roomId, fact.online]),
        [
          ['r1', 0],
          ['r2', 1],
          ['r3', 0],
        ],
      );
    });

    it('follows joins and leaves', async (store) => {
      const start = session('c1', { rooms: ['r1'] });
      await store.apply(access1, [open(start)]);
      await store.apply(access1, [join(start, 'r2'), leave(session('c1', { rooms: ['r1', 'r2'] }), 'r1')]);
      assert.deepEqual(
        [await onlineOf(store, 'r1'), await onlineOf(store, 'r2')],
        [
          [0, 0],
          [1, 0],
        ],
      );
      assert.deepEqual((await store.sessionsOfUser(userId('u1')))[0]?.rooms, ['r2']);
    });

    it('forgets a closed connection everywhere', async (store) => {
      const only = session('c1', { rooms: ['r1', 'r2'] });
      await store.apply(access1, [open(only), close(only)]);
      assert.deepEqual(await store.totals(), { connections: 0, users: 0, rooms: 0 });
      assert.deepEqual(await store.routesOfUsers([userId('u1')]), []);
      assert.deepEqual(await store.routesOfDevices([only.deviceId]), []);
      assert.deepEqual(await onlineOf(store, 'r1', 'access-1'), [0, 0]);
    });

    it('keeps a user online while one of the connections is left', async (store) => {
      await store.apply(access1, [open(session('c1')), open(session('c2')), close(session('c1'))]);
      assert.deepEqual(await store.totals(), { connections: 1, users: 1, rooms: 0 });
    });

    it('counts a session that is reported twice once', async (store, { peer }) => {
      const twice = session('c1', { rooms: ['r1'] });
      await store.apply(access1, [open(twice), open(twice), join(twice, 'r1')]);
      await peer.apply(access1, [open(twice)]);
      assert.deepEqual(await onlineOf(store, 'r1', 'access-1'), [1, 1]);
      assert.deepEqual(await store.totals(), { connections: 1, users: 1, rooms: 1 });
    });

    it('takes a close that is reported twice, or of an unknown connection, as done', async (store) => {
      const gone = session('c1', { rooms: ['r1'] });
      await store.apply(access1, [open(gone), open(session('c2', { user: 'u2', rooms: ['r1'] })), close(gone)]);
      await store.apply(access1, [close(gone), close(session('never', { rooms: ['r1'] }))]);
      assert.deepEqual(await onlineOf(store, 'r1', 'access-1'), [1, 1]);
    });

    it('makes up for a lost change by what the next one carries', async (store) => {
      const lost = session('c1', { rooms: ['r1'] });
      await store.apply(access1, [join(lost, 'r2')]);
      assert.deepEqual(
        [await onlineOf(store, 'r1'), await onlineOf(store, 'r2')],
        [
          [1, 0],
          [1, 0],
        ],
      );
      await store.apply(access1, [open(session('c1', { rooms: ['r3'] }))]);
      const counts = await store.roomsOnline(['r1', 'r2', 'r3'].map(roomId));
      assert.deepEqual(
        counts.map(({ online }) => online),
        [0, 0, 1],
      );
    });

    it('applies a batch of 256 changes of many users in a few rooms', async (store, { peer }) => {
      const sessions = Array.from({ length: 256 }, (_, index) =>
        session(`c${index}`, { user: `u${index % 100}`, rooms: [`r${index % 3}`] }),
      );
      await store.apply(access1, sessions.map(open));
      assert.deepEqual(await peer.totals(), { connections: 256, users: 100, rooms: 3 });
      await peer.apply(access1, sessions.map(close));
      assert.deepEqual(await store.totals(), { connections: 0, users: 0, rooms: 0 });
    });
  });
}
