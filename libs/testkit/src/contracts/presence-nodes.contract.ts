import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { NodeIncarnation, PresenceStore } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { PresenceStoreContract } from './presence-store-needs.ts';
import { close, node, open, roomId, session, userId } from './samples.ts';

const access1 = node('access-1');
const GRACE_MS = 60;
const SHORT_MS = 80;
const LONG_MS = 60_000;

async function sweepAll(store: PresenceStore, run: NodeIncarnation): Promise<number> {
  let swept = 0;
  for (let count = -1; count !== 0; swept += count) count = await store.sweepNode(run, 2);
  return swept;
}

/** Leases, snapshots, sweeps. */
export function describePresenceNodes(contract: PresenceStoreContract): void {
  const it = contractCases(contract, { leaveGraceMs: GRACE_MS });
  const three = ['c1', 'c2', 'c3'].map((id) => session(id, { user: `user-${id}`, rooms: ['r1'] }));

  describe('nodes', () => {
    it('asks a new node for a snapshot until it has completed one', async (store, { peer }) => {
      assert.equal(await store.renewNode(access1, LONG_MS), 'unknown');
      await store.apply(access1, three.map(open));
      assert.equal(await store.renewNode(access1, LONG_MS), 'unknown');
      await store.completeSnapshot(access1, new Set(['c1', 'c2', 'c3']));
      assert.equal(await peer.renewNode(access1, LONG_MS), 'known');
    });

    it('closes the sessions that a snapshot does not name', async (store) => {
      await store.renewNode(access1, LONG_MS);
      await store.apply(access1, three.map(open));
      await store.completeSnapshot(access1, new Set(['c2']));
      assert.deepEqual(await store.totals(), { connections: 1, users: 1, rooms: 1 });
      assert.equal((await store.sessionsOfUser(userId('user-c2'))).length, 1);
    });

    it('takes an empty snapshot as an empty node', async (store) => {
      await store.renewNode(access1, LONG_MS);
      await store.completeSnapshot(access1, new Set());
      assert.equal(await store.renewNode(access1, LONG_MS), 'known');
    });

    it('asks again when a snapshot names a session that it has no record of', async (store) => {
      await store.renewNode(access1, LONG_MS);
      await store.completeSnapshot(access1, new Set(['c1']));
      assert.equal(await store.renewNode(access1, LONG_MS), 'unknown');
    });

    it('lists no node whose lease is renewed', async (store, { elapse }) => {
      await store.renewNode(access1, SHORT_MS);
      await store.apply(access1, three.map(open));
      await store.renewNode(access1, LONG_MS);
      await elapse(SHORT_MS);
      assert.deepEqual(await store.lapsedNodes(), []);
      assert.equal(await store.sweepNode(access1, 10), 0);
      assert.equal((await store.totals()).connections, 3);
    });

    it('sweeps a node whose lease lapsed, in portions, and forgets it', async (store, { peer, elapse }) => {
      await store.renewNode(access1, SHORT_MS);
      await store.apply(access1, three.map(open));
      await elapse(SHORT_MS);
      assert.deepEqual(await peer.lapsedNodes(), [access1]);
      assert.equal(await sweepAll(peer, access1), 3);
      assert.deepEqual(await store.totals(), { connections: 0, users: 0, rooms: 0 });
      assert.deepEqual(await store.lapsedNodes(), []);
    });

    it('lets swept sessions leave their rooms once each, after the grace', async (store, { elapse }) => {
      await store.renewNode(access1, SHORT_MS);
      await store.apply(access1, three.map(open));
      await elapse(SHORT_MS);
      await sweepAll(store, access1);
      await elapse(GRACE_MS);
      const left = (await store.takeEvents(100)).filter(({ type }) => type === 'room.leave');
      assert.deepEqual(left.map((event) => event.userId).toSorted(), ['user-c1', 'user-c2', 'user-c3']);
      assert.deepEqual(await store.takeEvents(100), []);
    });

    it('asks a swept node that comes back for a snapshot', async (store, { elapse }) => {
      await store.renewNode(access1, SHORT_MS);
      await store.apply(access1, three.map(open));
      await store.completeSnapshot(access1, new Set(['c1', 'c2', 'c3']));
      await elapse(SHORT_MS);
      await store.sweepNode(access1, 1);
      assert.equal(await store.renewNode(access1, LONG_MS), 'unknown');
      await store.apply(access1, three.map(open));
      await store.completeSnapshot(access1, new Set(['c1', 'c2', 'c3']));
      assert.equal(await store.renewNode(access1, LONG_MS), 'known');
      assert.deepEqual(await store.totals(), { connections: 3, users: 3, rooms: 1 });
    });

    it('sweeps the sessions of a run that was replaced, and keeps those of the new one', async (store) => {
      const restarted = node('access-1', 2);
      await store.renewNode(access1, LONG_MS);
      await store.apply(access1, three.map(open));
      assert.equal(await store.renewNode(restarted, LONG_MS), 'unknown');
      await store.apply(restarted, [open(session('c9', { user: 'user-c9', rooms: ['r1'] }))]);
      assert.deepEqual(await store.lapsedNodes(), [access1]);
      assert.equal(await sweepAll(store, access1), 3);
      assert.deepEqual(await store.lapsedNodes(), []);
      assert.deepEqual(await store.roomsOnline([roomId('r1')], access1.nodeId), [
        { roomId: 'r1', online: 1, onlineAtNode: 1 },
      ]);
    });

    it('drops what an outdated run still reports', async (store) => {
      await store.renewNode(node('access-1', 2), LONG_MS);
      assert.deepEqual(await store.apply(access1, three.map(open)), []);
      await store.completeSnapshot(access1, new Set(['c1', 'c2', 'c3']));
      assert.equal(await store.renewNode(access1, LONG_MS), 'unknown');
      assert.deepEqual(await store.totals(), { connections: 0, users: 0, rooms: 0 });
    });

    it('does not let an outdated run close what the new one has', async (store) => {
      const [first] = three;
      assert.ok(first !== undefined);
      await store.apply(node('access-1', 2), [open(first)]);
      await store.apply(access1, [close(first)]);
      assert.equal((await store.totals()).connections, 1);
    });

    it('knows a node again that went without renewing but was not swept', async (store, { elapse }) => {
      await store.renewNode(access1, SHORT_MS);
      await store.completeSnapshot(access1, new Set());
      await elapse(SHORT_MS);
      assert.equal(await store.renewNode(access1, LONG_MS), 'known');
    });
  });
}
