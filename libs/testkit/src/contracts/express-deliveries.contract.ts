import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { addresseeKey } from '@longwire/domain';
import type { PendingDelivery } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { ExpressStoreContract } from './express-store.contract.ts';
import { device, message, user } from './samples.ts';

const SHORT_MS = 80;
const late = (): number => 60_000;
const soon = (): number => SHORT_MS;

const briefly = ({ message: { messageId }, addressee, attempts }: PendingDelivery): string =>
  `${messageId} ${addresseeKey(addressee)} #${attempts}`;

/** What is due, and what waits for whom. */
export function describeExpressDeliveries(contract: ExpressStoreContract): void {
  const it = contractCases(contract, { maxPending: 1_000_000 });

  describe('deliveries', () => {
    it('hands out a stored message at once, whole, one delivery per addressee', async (store, { peer }) => {
      const stored = message('m1', { users: ['u1', 'u2', 'u1'] });
      await store.add(stored);
      const taken = await peer.takeDue(10, late);
      assert.deepEqual(taken.map(briefly).toSorted(), ['m1 user:u1 #1', 'm1 user:u2 #1']);
      const { payload, ...head } = taken[0]?.message ?? message('none');
      const { payload: storedPayload, ...storedHead } = stored;
      assert.deepEqual(head, storedHead);
      assert.deepEqual([...payload], [...storedPayload]);
    });

    it('gives a due delivery to one of several workers', async (store, { peer }) => {
      for (let index = 0; index < 20; index += 1) await store.add(message(`m${index}`));
      const workers = [store, peer, store, peer];
      const taken = await Promise.all(workers.map((worker) => worker.takeDue(20, late)));
      const all = taken.flat().map(briefly);
      assert.equal(all.length, 20);
      assert.equal(new Set(all).size, 20);
    });

    it('takes no more than was asked for', async (store) => {
      for (let index = 0; index < 10; index += 1) await store.add(message(`m${index}`));
      const portions = [await store.takeDue(4, late), await store.takeDue(4, late), await store.takeDue(4, late)];
      assert.deepEqual(
        portions.map(({ length }) => length),
        [4, 4, 2],
      );
    });

    it('puts a taken delivery off by the delay for its number of attempts', async (store, { elapse }) => {
      const asked: number[] = [];
      const delay = (attempts: number): number => {
        asked.push(attempts);
        return attempts === 1 ? SHORT_MS : 60_000;
      };
      await store.add(message('m1'));
      assert.deepEqual((await store.takeDue(10, delay)).map(briefly), ['m1 user:u1 #1']);
      await elapse(SHORT_MS);
      assert.deepEqual((await store.takeDue(10, delay)).map(briefly), ['m1 user:u1 #2']);
      assert.deepEqual(await store.takeDue(10, delay), []);
      assert.ok(asked.includes(1) && asked.includes(2));
    });

    it('changes nothing when the same message is added again', async (store, { peer }) => {
      await store.add(message('m1'));
      await store.takeDue(10, late);
      await peer.add(message('m1', { users: ['u1', 'u2'] }));
      assert.deepEqual(await store.takeDue(10, late), []);
      assert.equal((await store.report(message('m1').messageId))?.targets, 1);
    });

    it('hands out what waits for an addressee who has come online, oldest first', async (store, { peer }) => {
      await store.add(message('m2', { acceptedAtMs: 2000 }));
      await store.add(message('m1', { acceptedAtMs: 1000, devices: ['d1'] }));
      await store.add(message('m3', { acceptedAtMs: 3000 }));
      await store.add(message('other', { users: ['u2'] }));
      await store.takeDue(10, late);
      const taken = await peer.takePendingOf([user('u1'), device('d1')], 10, late);
      assert.deepEqual(taken.map(briefly), ['m1 device:d1 #2', 'm2 user:u1 #2', 'm3 user:u1 #2']);
    });

    it('takes the oldest when more waits than was asked for', async (store) => {
      for (const index of [3, 1, 2]) await store.add(message(`m${index}`, { acceptedAtMs: index * 1000 }));
      const taken = await store.takePendingOf([user('u1')], 2, late);
      assert.deepEqual(
        taken.map((delivery) => delivery.message.messageId),
        ['m1', 'm2'],
      );
      assert.deepEqual(await store.takePendingOf([user('nobody')], 2, late), []);
    });

    it('puts off the next attempt of what it handed to an arrival', async (store, { elapse }) => {
      await store.add(message('m1'));
      await store.takePendingOf([user('u1')], 10, soon);
      assert.deepEqual(await store.takeDue(10, late), []);
      await elapse(SHORT_MS);
      assert.deepEqual((await store.takeDue(10, late)).map(briefly), ['m1 user:u1 #2']);
    });

    it('tells a user from a device of the same id', async (store) => {
      await store.add(message('m1', { devices: ['same'] }));
      assert.deepEqual(await store.takePendingOf([user('same')], 10, late), []);
      assert.equal((await store.takePendingOf([device('same')], 10, late)).length, 1);
    });

    it('stores a message for 1,000 users whole', async (store) => {
      await store.add(message('m1', { users: Array.from({ length: 1000 }, (_, index) => `u${index}`) }));
      const taken = [...(await store.takeDue(600, late)), ...(await store.takeDue(600, late))];
      assert.equal(new Set(taken.map(briefly)).size, 1000);
    });

    it('hands out nothing whose time is over, and settles it', async (store, { elapse }) => {
      await store.add(message('m1', { ttlMs: SHORT_MS }));
      await store.add(message('m2'));
      await elapse(SHORT_MS);
      assert.deepEqual((await store.takePendingOf([user('u1')], 10, soon)).map(briefly), ['m2 user:u1 #1']);
      await elapse(SHORT_MS);
      assert.deepEqual((await store.takeDue(10, late)).map(briefly), ['m2 user:u1 #2']);
    });
  });
}
