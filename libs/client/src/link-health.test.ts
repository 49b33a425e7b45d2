import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { FakeCluster } from '../test/fake-cluster.ts';
import { push, withClient } from '../test/with-client.ts';
import type { Surroundings } from './index.ts';

test('a half-open link is noticed within a heartbeat and ten seconds', () =>
  withClient(async ({ client, cluster, said, pass }) => {
    push(cluster, 1);
    cluster.line.isDead = true;
    push(cluster, 2);
    await pass(30_000 + 10_000 + 1_000);
    assert.equal(client.state.kind, 'live');
    assert.equal(cluster.dials.length, 2);
    assert.deepEqual(said, [1, 2]);
  }));

test('beating more often than ten seconds does not put off the end of a dead link', async () => {
  const cluster = new FakeCluster();
  await withClient(
    async ({ pass }) => {
      cluster.line.isDead = true;
      await pass(11_000);
      assert.ok(cluster.lines[0]?.isClosed);
    },
    { ticket: () => cluster.ticket(['a'], { heartbeatMs: 1_000 }) },
    cluster,
  );
});

test('a timer that slept with the device asks again instead of calling the link dead', async () => {
  const cluster = new FakeCluster();
  const clock = fakeClock();
  let slept = 0;
  const sleepy = { ...clock, monotonic: () => clock.monotonic() + slept };
  await withClient(
    async () => {
      cluster.answersHeartbeats = false;
      await clock.advanceAsync(25_000);
      slept = 3_600_000;
      cluster.answersHeartbeats = true;
      await clock.advanceAsync(20_000);
      assert.equal(cluster.dials.length, 1);
    },
    { clock: sleepy },
    cluster,
  );
  assert.equal(clock.pendingTimers(), 0);
});

test('a link that brings messages is not dead, though heartbeats are not answered', () =>
  withClient(async ({ cluster, pass }) => {
    cluster.answersHeartbeats = false;
    for (let n = 1; n <= 100; n += 1) {
      await pass(1_000);
      push(cluster, n);
    }
    assert.equal(cluster.dials.length, 1);
  }));

test('the interval of heartbeats is the server`s, within reason', async () => {
  const cluster = new FakeCluster();
  await withClient(
    async ({ pass }) => {
      await pass(10_500);
      const beats = cluster.line.kinds().filter((kind) => kind === 'heartbeat').length;
      assert.ok(beats >= 10 && beats <= 12, `${beats} beats`);
    },
    { ticket: () => cluster.ticket(['a'], { heartbeatMs: 1 }) },
    cluster,
  );
});

function fakeSurroundings(): { surroundings: Surroundings; tell: (change: 'online' | 'offline' | 'visible') => void } {
  let isOnline = true;
  let listener: (change: 'online' | 'offline' | 'visible') => void = () => undefined;
  return {
    surroundings: {
      isOnline: () => isOnline,
      watch: (onChange) => void (listener = onChange),
    },
    tell: (change) => {
      if (change !== 'visible') isOnline = change === 'online';
      listener(change);
    },
  };
}

test('without a network it does not dial, and with the network back it does', async () => {
  const { surroundings, tell } = fakeSurroundings();
  await withClient(
    async ({ client, cluster, pass }) => {
      tell('offline');
      cluster.line.end();
      await pass(60_000);
      assert.deepEqual(client.state, { kind: 'offline' });
      assert.equal(cluster.dials.length, 1);
      tell('online');
      await pass(500);
      assert.equal(client.state.kind, 'live');
    },
    { surroundings },
  );
});

test('a page that is looked at again finds out within seconds that its link has died', async () => {
  const { surroundings, tell } = fakeSurroundings();
  await withClient(
    async ({ client, cluster, pass }) => {
      cluster.line.isDead = true;
      await pass(1_000);
      tell('visible');
      await pass(4_000);
      assert.equal(client.state.kind, 'reconnecting');
      tell('visible');
      await pass(250);
      assert.equal(client.state.kind, 'live');
    },
    { surroundings },
  );
});
