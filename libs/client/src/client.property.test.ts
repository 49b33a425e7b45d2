import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FakeCluster } from '../test/fake-cluster.ts';
import { push, withClient } from '../test/with-client.ts';

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('push', 'push', 'lose', 'invite', 'copy') },
  { weight: 3, arbitrary: fc.constantFrom('cut', 'drain', 'half-open', 'pass') },
);

test('over cut, drained and half-open links: each room message once and in order, each express message once', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, isCompressed) => {
    const cluster = new FakeCluster();
    cluster.isCompressed = isCompressed;
    await withClient(
      async ({ client, clock, said, events, pass }) => {
        const invited: string[] = [];
        client.on('INVITE', ({ payload }) => void invited.push(payload.from));
        let isLosing = false;
        cluster.dropsLive = () => isLosing;
        let pushed = 0;
        let invites = 0;
        for (const name of steps) {
          const line = cluster.lines.findLast(({ isClosed }) => !isClosed);
          isLosing = name === 'lose';
          if (name === 'push' || name === 'lose') push(cluster, (pushed += 1));
          if (name === 'invite') cluster.pushExpress(`m-${(invites += 1)}`, { from: String(invites) });
          if (name === 'copy') cluster.sendExpress(`m-${invites}`);
          if (name === 'cut') line?.end();
          if (name === 'drain') line?.end(4000);
          if (name === 'half-open' && line !== undefined) line.isDead = true;
          if (name === 'pass') await pass(700);
          else await pass();
        }
        isLosing = false;
        // Enough for a dead link to be noticed and for every backoff to end.
        for (let round = 0; round < 40; round += 1) await pass(5_000);
        push(cluster, (pushed += 1));
        for (const id of cluster.unacked.keys()) cluster.sendExpress(id);
        const isDone = (): boolean => said.length >= pushed && cluster.unacked.size === 0;
        for (let round = 0; round < 200 && !isDone(); round += 1) await pass(10);
        assert.deepEqual(
          said,
          Array.from({ length: pushed }, (_, index) => index + 1),
        );
        assert.deepEqual(events.gap, []);
        assert.deepEqual(
          [...invited].toSorted(),
          Array.from({ length: invites }, (_, index) => String(index + 1)).toSorted(),
        );
        assert.equal(cluster.unacked.size, 0);
        assert.ok(clock.pendingTimers() <= 2, 'only the heartbeat');
      },
      {},
      cluster,
    );
  });
  await fc.assert(property, { numRuns: 60 });
});
