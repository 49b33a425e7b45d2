import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { LeaseStore } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';

const LONG_MS = 60_000;
const SHORT_MS = 80;

/** What every LeaseStore promises. */
export function describeLeaseStoreContract(contract: Contract<LeaseStore>): void {
  describe(`LeaseStore on ${contract.name}`, () => {
    const it = contractCases(contract, undefined);

    it('gives a free lease to whoever claims it first', async (store, { peer }) => {
      const lease = await store.claim('p1', 'a', LONG_MS);
      assert.deepEqual([lease?.leaseId, lease?.holder], ['p1', 'a']);
      assert.equal(await peer.claim('p1', 'b', LONG_MS), undefined);
    });

    it('keeps the epoch when the holder renews', async (store) => {
      const first = await store.claim('p1', 'a', LONG_MS);
      const renewed = await store.claim('p1', 'a', LONG_MS);
      assert.equal(renewed?.epoch, first?.epoch);
    });

    it('extends the lease at each renewal', async (store, { elapse }) => {
      await store.claim('p1', 'a', SHORT_MS);
      await store.claim('p1', 'a', LONG_MS);
      await elapse(SHORT_MS);
      assert.equal(await store.claim('p1', 'b', LONG_MS), undefined);
    });

    it('gives a lapsed lease to another with a higher epoch', async (store, { elapse }) => {
      const first = await store.claim('p1', 'a', SHORT_MS);
      await elapse(SHORT_MS);
      const second = await store.claim('p1', 'b', LONG_MS);
      assert.equal(second?.holder, 'b');
      assert.ok(epochOf(second) > epochOf(first));
    });

    it('raises the epoch when the same holder claims again after a lapse', async (store, { elapse }) => {
      const first = await store.claim('p1', 'a', SHORT_MS);
      await elapse(SHORT_MS);
      assert.ok(epochOf(await store.claim('p1', 'a', LONG_MS)) > epochOf(first));
    });

    it('frees a released lease at once, and raises the epoch', async (store, { peer }) => {
      const first = await store.claim('p1', 'a', LONG_MS);
      await store.release('p1', 'a');
      const second = await peer.claim('p1', 'b', LONG_MS);
      assert.ok(epochOf(second) > epochOf(first));
    });

    it('ignores a release by somebody who does not hold the lease', async (store) => {
      await store.claim('p1', 'a', LONG_MS);
      await store.release('p1', 'b');
      await store.release('p2', 'b');
      assert.equal(await store.claim('p1', 'b', LONG_MS), undefined);
    });

    it('gives epochs that fence across a loss of the store: at least a time in ms, a safe integer', async (store) => {
      const epoch = epochOf(await store.claim('p1', 'a', LONG_MS));
      assert.ok(Number.isSafeInteger(epoch));
      assert.ok(epoch > Date.UTC(2020, 0, 1));
    });

    it('claims many at once, one outcome each, in order', async (store, { peer }) => {
      await peer.claim('p2', 'b', LONG_MS);
      const outcomes = await store.claimMany(['p1', 'p2', 'p3'], 'a', LONG_MS);
      assert.deepEqual(
        outcomes.map((lease) => lease?.leaseId),
        ['p1', undefined, 'p3'],
      );
      assert.deepEqual(await store.claimMany([], 'a', LONG_MS), []);
    });

    it('lets one of many that claim at the same time win', async (store, { peer }) => {
      const holders = Array.from({ length: 20 }, (_, index) => `h${index}`);
      const outcomes = await Promise.all(
        holders.map((holder, index) => (index % 2 === 0 ? store : peer).claim('p1', holder, LONG_MS)),
      );
      assert.equal(outcomes.filter((lease) => lease !== undefined).length, 1);
    });

    it('lists the live candidates of a group, sorted, and of that group alone', async (store, { peer }) => {
      await peer.join('dispatch', 'b', LONG_MS);
      await store.join('other', 'z', LONG_MS);
      assert.deepEqual(await store.join('dispatch', 'a', LONG_MS), ['a', 'b']);
    });

    it('drops a candidate that left or has not announced itself in time', async (store, { elapse }) => {
      await store.join('dispatch', 'a', LONG_MS);
      await store.join('dispatch', 'b', SHORT_MS);
      await store.join('dispatch', 'c', LONG_MS);
      await store.leave('dispatch', 'c');
      await elapse(SHORT_MS);
      assert.deepEqual(await store.join('dispatch', 'a', LONG_MS), ['a']);
    });
  });
}

function epochOf(lease: { readonly epoch: number } | undefined): number {
  assert.ok(lease !== undefined, 'the lease was not given');
  return lease.epoch;
}
