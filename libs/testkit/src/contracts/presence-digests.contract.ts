import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { digestRooms, sliceDigest } from '@longwire/domain';
import type { Session, SessionDigest } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { PresenceStoreContract } from './presence-store-needs.ts';
import { close, join, leave, node, open, session } from './samples.ts';

const access1 = node('access-1');
const LONG_MS = 60_000;

const digestOf = (...sessions: readonly Session[]): SessionDigest => sliceDigest(digestRooms(sessions), 0);

/** What a node holds against what the store does. */
export function describePresenceDigests(contract: PresenceStoreContract): void {
  const it = contractCases(contract, { leaveGraceMs: 60_000 });
  const one = session('c1', { rooms: ['r1', 'r2'] });
  const two = session('c2', { user: 'u2', rooms: ['r1'] });

  describe('digests', () => {
    it('find nothing when all changes have arrived, in whatever order and however often', async (store, { peer }) => {
      await store.apply(access1, [open(two), open(one), open(two)]);
      const moved = leave(one, 'r1');
      const joined = join(moved.session, 'r3');
      await peer.apply(access1, [moved, joined, joined]);
      assert.equal(await store.reconcile(access1, digestOf(joined.session, two)), 'same');
      await store.apply(access1, [close(two), close(two)]);
      assert.equal(await peer.reconcile(access1, digestOf(joined.session)), 'same');
      await store.apply(access1, [close(joined.session)]);
      assert.equal(await store.reconcile(access1, digestOf()), 'same');
    });

    it('find a session that never arrived, one that never ended, and a join and a leave that were lost', async (store) => {
      await store.apply(access1, [open(one), open(two)]);
      const lost = session('c3', { user: 'u3' });
      assert.equal(await store.reconcile(access1, digestOf(one, two, lost)), 'differs');
      assert.equal(await store.reconcile(access1, digestOf(one)), 'differs');
      assert.equal(await store.reconcile(access1, digestOf(join(one, 'r3').session, two)), 'differs');
      assert.equal(await store.reconcile(access1, digestOf(leave(one, 'r2').session, two)), 'differs');
      assert.equal(await store.reconcile(access1, digestOf()), 'differs');
      assert.equal(await store.reconcile(access1, digestOf(one, two)), 'same');
    });

    it('tell one connection from another where the counts agree', async (store) => {
      await store.apply(access1, [open(one)]);
      assert.equal(await store.reconcile(access1, digestOf({ ...one, connectionId: two.connectionId })), 'differs');
    });

    it('agree again after the snapshot that they asked for', async (store) => {
      await store.renewNode(access1, LONG_MS);
      await store.apply(access1, [open(one), open(two)]);
      const truth = [leave(one, 'r2').session, session('c3', { user: 'u3', rooms: ['r3'] })];
      assert.equal(await store.reconcile(access1, digestOf(...truth)), 'differs');
      await store.apply(access1, truth.map(open));
      await store.completeSnapshot(access1, new Set(truth.map(({ connectionId }) => connectionId)));
      assert.equal(await store.reconcile(access1, digestOf(...truth)), 'same');
      assert.deepEqual(await store.totals(), { connections: 2, users: 2, rooms: 2 });
    });

    it('are of one node alone, and of one run of it', async (store) => {
      await store.apply(access1, [open(one)]);
      await store.apply(node('access-2'), [open(two)]);
      assert.equal(await store.reconcile(access1, digestOf(one)), 'same');
      await store.apply(node('access-1', 2), [open({ ...two, connectionId: session('c9').connectionId })]);
      assert.equal(await store.reconcile(access1, digestOf()), 'same');
    });

    it('agree with a node that was swept and has come back', async (store, { elapse }) => {
      await store.renewNode(access1, 1);
      await store.apply(access1, [open(one), open(two)]);
      await elapse(2);
      while ((await store.sweepNode(access1, 1)) > 0);
      await store.renewNode(access1, LONG_MS);
      await store.apply(access1, [open(two)]);
      assert.equal(await store.reconcile(access1, digestOf(two)), 'same');
    });
  });
}
