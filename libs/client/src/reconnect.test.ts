import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCloseNotice } from '@longwire/wire';
import { FakeCluster } from '../test/fake-cluster.ts';
import { startClient, stopClient } from '../test/test-client.ts';
import { withClient } from '../test/with-client.ts';

test('a node that is slow to open gets company after a second, and the first to open wins', async () => {
  const cluster = new FakeCluster();
  cluster.manners.set('a', 'hangs');
  await withClient(
    async ({ client, pass }) => {
      assert.deepEqual(cluster.dials, ['a']);
      await pass(999);
      assert.deepEqual(cluster.dials, ['a']);
      await pass(1);
      assert.deepEqual(cluster.dials, ['a', 'b']);
      assert.deepEqual(client.state, { kind: 'live', nodeId: 'b' });
      assert.ok(cluster.lines[0]?.isClosed);
      assert.deepEqual(cluster.lines[0]?.sent, [], 'the loser never said who it is');
    },
    {},
    cluster,
  );
});

test('a node that refuses is followed by the next at once, and tried last from then on', async () => {
  const cluster = new FakeCluster();
  cluster.manners.set('a', 'refuses');
  await withClient(
    async ({ client, pass }) => {
      assert.deepEqual(cluster.dials, ['a', 'b']);
      cluster.line.end();
      await pass(1_000);
      assert.deepEqual(cluster.dials, ['a', 'b', 'b']);
      assert.equal(client.state.kind, 'live');
    },
    {},
    cluster,
  );
});

test('when every node fails it asks for a new list, and waits longer each time', async () => {
  const cluster = new FakeCluster();
  for (const node of ['a', 'b']) cluster.manners.set(node, 'refuses');
  let tickets = 0;
  const ticket = (): unknown => {
    tickets += 1;
    return cluster.ticket();
  };
  await withClient(
    async ({ events, pass }) => {
      await pass(500 + 1_000 + 2_000);
      assert.equal(tickets, 4);
      assert.equal(cluster.dials.length, 8);
      for (const node of ['a', 'b']) cluster.manners.set(node, 'accepts');
      await pass(4_000);
      assert.deepEqual(
        events.state.map(({ kind }) => kind),
        ['connecting', 'reconnecting', 'reconnecting', 'reconnecting', 'reconnecting', 'live'],
      );
    },
    { ticket },
    cluster,
  );
});

test('4000 sends it to another node, a cut line to the same', () =>
  withClient(async ({ cluster, pass }) => {
    cluster.line.end();
    await pass(1_000);
    cluster.line.end(4000);
    await pass(2_000);
    assert.deepEqual(cluster.dials, ['a', 'a', 'b']);
  }));

test('4010 and 4011 are waited out for at least 5 s, and neither page nor network shortens that', () =>
  withClient(async ({ client, cluster, pass }) => {
    cluster.line.end(4011);
    await pass(100);
    client.retryNow();
    await pass(4_800);
    assert.equal(client.state.kind, 'reconnecting');
    await pass(200);
    assert.deepEqual(client.state, { kind: 'live', nodeId: 'b' });
  }));

test('after 4500 to 4999 it stops for good and says why', async () => {
  const started = await startClient();
  const { client, cluster, events, pass } = started;
  const ends = client.closed;
  cluster.line.receive(encodeCloseNotice('kicked', 'you were banned'));
  cluster.line.end(1006);
  assert.deepEqual(await ends, { kind: 'closed', code: 4509, reason: 'you were banned' });
  assert.equal(events.state.at(-1)?.kind, 'closed');
  await pass(60_000);
  assert.deepEqual(cluster.dials, ['a']);
  await stopClient(started);
});

test('a signal closes it, in every state', async () => {
  for (const manner of ['accepts', 'hangs', 'refuses'] as const) {
    const abort = new AbortController();
    const cluster = new FakeCluster();
    for (const node of ['a', 'b']) cluster.manners.set(node, manner);
    const started = await startClient({ signal: abort.signal }, cluster);
    abort.abort();
    assert.equal((await started.client.closed).code, 1000);
    await stopClient(started);
  }
});
