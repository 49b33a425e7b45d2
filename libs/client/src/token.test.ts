import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeCluster } from '../test/fake-cluster.ts';
import { startClient, stopClient } from '../test/test-client.ts';
import { withClient } from '../test/with-client.ts';
import { TicketError } from './index.ts';

test('an expired token is replaced at once; the same one is used for other reconnects', async () => {
  const cluster = new FakeCluster();
  let tickets = 0;
  const ticket = (): unknown => {
    tickets += 1;
    return cluster.ticket();
  };
  await withClient(
    async ({ client, pass }) => {
      cluster.line.end();
      await pass(1_000);
      assert.equal(tickets, 1);
      cluster.refuseAuth = 4012;
      cluster.line.end();
      await pass(1_000);
      cluster.refuseAuth = undefined;
      await pass(3_000);
      assert.equal(tickets, 2);
      assert.equal(client.state.kind, 'live');
    },
    { ticket },
    cluster,
  );
});

test('a device whose clock is ahead uses a fresh token all the same, once', async () => {
  const cluster = new FakeCluster();
  let tickets = 0;
  const ticket = (): unknown => {
    tickets += 1;
    return cluster.ticket(['a'], { expiresAt: 1 });
  };
  await withClient(
    async ({ client, pass }) => {
      assert.equal(client.state.kind, 'live');
      cluster.line.end();
      await pass(1_000);
      assert.equal(client.state.kind, 'live');
      assert.equal(tickets, 2);
    },
    { ticket },
    cluster,
  );
});

test('a backend that is away is asked again; one that says no for good ends it', async () => {
  let answer: () => unknown = () => {
    throw new Error('away');
  };
  const started = await startClient({ getToken: async () => answer() });
  const { client, cluster, events, pass } = started;
  assert.equal(client.state.kind, 'reconnecting');
  assert.equal(events.fault[0]?.kind, 'ticket');
  answer = () => cluster.ticket();
  await pass(1_000);
  assert.equal(client.state.kind, 'live');
  await stopClient(started);

  const refused = await startClient({
    getToken: () => Promise.reject(new TicketError('who are you', { isFinal: true })),
  });
  assert.deepEqual(await refused.client.closed, { kind: 'closed', code: 1000, reason: 'TicketError: who are you' });
});

test('while the backend is away an old token that is still good goes on being used', async () => {
  const cluster = new FakeCluster();
  let isAway = false;
  const getToken = async (): Promise<unknown> => {
    if (isAway) throw new Error('away');
    return cluster.ticket();
  };
  await withClient(
    async ({ client, pass }) => {
      isAway = true;
      for (const node of ['a', 'b']) cluster.manners.set(node, 'refuses');
      cluster.line.end();
      await pass(2_000);
      for (const node of ['a', 'b']) cluster.manners.set(node, 'accepts');
      await pass(10_000);
      assert.equal(client.state.kind, 'live');
    },
    { getToken },
    cluster,
  );
});
