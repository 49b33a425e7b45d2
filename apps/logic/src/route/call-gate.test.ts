import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { createCallGate, MAX_QUERIES, QUERY_DEADLINE_MS } from './call-gate.ts';

describe('queries to the store', () => {
  test('a hung store is answered for within the deadline, and what it holds stays bounded', async () => {
    const clock = fakeClock();
    const gate = createCallGate(clock);
    const hung = Promise.withResolvers<number>();
    const all = Promise.allSettled(Array.from({ length: MAX_QUERIES }, () => gate.run(() => hung.promise)));
    await assert.rejects(
      gate.run(() => Promise.resolve(1)),
      { code: 'store-unavailable' },
    );
    clock.advance(QUERY_DEADLINE_MS);
    assert.ok((await all).every(({ status }) => status === 'rejected'));
    assert.equal(gate.underWay(), MAX_QUERIES);
    hung.resolve(1);
    await hung.promise;
    assert.equal(await gate.run(() => Promise.resolve(2)), 2);
    assert.deepEqual([gate.underWay(), clock.pendingTimers()], [0, 0]);
  });

  test('a query that rejects late, after its deadline, is nobody’s unhandled rejection', async () => {
    const clock = fakeClock();
    const gate = createCallGate(clock);
    const hung = Promise.withResolvers<number>();
    const answer = gate.run(() => hung.promise);
    clock.advance(QUERY_DEADLINE_MS);
    await assert.rejects(answer, { code: 'store-unavailable' });
    hung.reject(new Error('too late'));
    await new Promise<void>((resolve) => setImmediate(resolve));
    assert.equal(gate.underWay(), 0);
  });
});
