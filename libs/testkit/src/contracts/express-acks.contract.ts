import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { AppError } from '@longwire/domain';
import type { ExpressStore } from '@longwire/domain';
import { eventually } from '../eventually.ts';
import { contractCases } from './contract.ts';
import type { ExpressStoreContract } from './express-store.contract.ts';
import { device, message, user } from './samples.ts';

const SHORT_MS = 80;
const late = (): number => 60_000;
const { messageId: m1 } = message('m1');

const countIs = (store: ExpressStore, count: number): Promise<unknown> =>
  eventually(async () => assert.equal(await store.pendingCount(), count));

/** Acks, reports, bounds. */
export function describeExpressAcks(contract: ExpressStoreContract): void {
  const it = contractCases(contract, { maxPending: 1_000_000 });

  describe('acks and reports', () => {
    it('ends the delivery to an addressee that acked', async (store, { peer }) => {
      await store.add(message('m1', { users: ['u1', 'u2'] }));
      assert.equal(await peer.ack(m1, [user('u1')]), 'acked');
      const taken = await store.takeDue(10, late);
      assert.deepEqual(
        taken.map(({ addressee }) => addressee.id),
        ['u2'],
      );
      assert.deepEqual(await store.takePendingOf([user('u1')], 10, late), []);
    });

    it('takes an ack of a connection whose user or device is meant', async (store) => {
      await store.add(message('m1', { devices: ['d1'] }));
      assert.equal(await store.ack(m1, [user('u1'), device('d1')]), 'acked');
    });

    it('tells a repeated ack and one that is not theirs apart', async (store, { peer }) => {
      await store.add(message('m1'));
      await store.ack(m1, [user('u1'), device('d1')]);
      assert.equal(await peer.ack(m1, [user('u1'), device('d1')]), 'repeated');
      assert.equal(await store.ack(m1, [user('u2')]), 'unknown');
      assert.equal(await store.ack(message('m9').messageId, [user('u1')]), 'unknown');
      assert.equal((await store.report(m1))?.acked, 1);
    });

    it('counts one of many acks that come at the same time', async (store, { peer }) => {
      await store.add(message('m1'));
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? store : peer).ack(m1, [user('u1')])),
      );
      assert.equal(outcomes.filter((outcome) => outcome === 'acked').length, 1);
    });

    it('reports a message from pending to delivered', async (store, { peer }) => {
      await store.add(message('m1', { users: ['u1', 'u2'] }));
      await store.takeDue(10, late);
      await store.takePendingOf([user('u1')], 10, late);
      const counts = { messageId: m1, targets: 2, attempts: 3 };
      assert.deepEqual(await peer.report(m1), { ...counts, status: 'pending', acked: 0 });
      await store.ack(m1, [user('u1')]);
      assert.deepEqual(await peer.report(m1), { ...counts, status: 'pending', acked: 1 });
      await store.ack(m1, [user('u2')]);
      assert.deepEqual(await peer.report(m1), { ...counts, status: 'delivered', acked: 2 });
    });

    it('reports a message whose time was over first as expired, for good', async (store, { elapse }) => {
      await store.add(message('m1', { ttlMs: SHORT_MS, users: ['u1', 'u2'] }));
      await store.ack(m1, [user('u1')]);
      await elapse(SHORT_MS);
      const expired = { messageId: m1, status: 'expired', targets: 2, acked: 1, attempts: 0 };
      assert.deepEqual(await store.report(m1), expired);
      assert.equal(await store.ack(m1, [user('u2')]), 'unknown');
      assert.equal(await store.ack(m1, [user('u1')]), 'repeated');
      await store.takeDue(10, late);
      assert.deepEqual(await store.report(m1), expired);
    });

    it('keeps a delivered message delivered after its time', async (store, { elapse }) => {
      await store.add(message('m1', { ttlMs: SHORT_MS }));
      await store.ack(m1, [user('u1')]);
      await elapse(SHORT_MS);
      assert.equal((await store.report(m1))?.status, 'delivered');
    });

    it('reports nothing of an unknown message', async (store) => {
      assert.equal(await store.report(m1), undefined);
    });

    it('counts the pending deliveries as they come, are acked and expire', async (store, { elapse }) => {
      await store.add(message('m1', { users: ['u1', 'u2'] }));
      await store.add(message('m2', { ttlMs: SHORT_MS }));
      await countIs(store, 3);
      await store.ack(m1, [user('u1')]);
      await elapse(SHORT_MS);
      await store.takeDue(10, late);
      await countIs(store, 1);
    });

    it(
      'refuses with overloaded what goes beyond the bound, whole, and takes again when there is room',
      async (store) => {
        await store.add(message('m1', { users: ['u1', 'u2'] }));
        const isOverloaded = (error: unknown): boolean => error instanceof AppError && error.code === 'overloaded';
        await assert.rejects(store.add(message('m2', { users: ['u3', 'u4'] })), isOverloaded);
        assert.equal(await store.report(message('m2').messageId), undefined);
        assert.deepEqual(await store.takePendingOf([user('u3')], 10, late), []);
        await store.ack(m1, [user('u1')]);
        await eventually(() => store.add(message('m3', { users: ['u5', 'u6'] })).then(() => true));
      },
      { maxPending: 3 },
    );
  });
}
