import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCloseNotice, encodeReconnectHint, wrapCompressed } from '@longwire/wire';
import { fakeClock } from '@longwire/testkit';
import { FakeCluster } from '../test/fake-cluster.ts';
import { startClient, stopClient } from '../test/test-client.ts';
import { push, withClient } from '../test/with-client.ts';
import { testDecoders } from '../test/test-decoders.ts';
import { reportQuality, TicketError } from './index.ts';
import type { LinkQuality, Surroundings } from './index.ts';

const encoder = new TextEncoder();

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

test('brotli that cannot be read makes it come back at once with zlib, and nothing is lost', async () => {
  const cluster = new FakeCluster();
  const decoders = { ...testDecoders, brotli: () => Promise.reject(new Error('did not load')) };
  await withClient(
    async ({ said, pass }) => {
      push(cluster, 1);
      await pass();
      cluster.isCompressed = true;
      push(cluster, 2);
      cluster.isCompressed = false;
      for (let round = 0; round < 5; round += 1) await pass(1);
      const protovers = cluster.lines.map(({ sent }) => sent[0]?.kind === 'auth' && sent[0].protover);
      assert.deepEqual(protovers, [3, 2]);
      assert.deepEqual(said, [1, 2]);
    },
    { decoders },
    cluster,
  );
});

for (const [name, bytes] of [
  ['garbage', Uint8Array.from({ length: 64 }, (_, index) => index * 7)],
  ['nothing', new Uint8Array(0)],
  ['half a header', new Uint8Array(9)],
  ['a frame of 2 GiB', Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0, 16, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0)],
  ['damaged brotli', wrapCompressed(3, encoder.encode('this is not brotli'))],
  ['brotli of garbage', wrapCompressed(3, Uint8Array.of(11, 2, 128, 104, 101, 108, 108, 111, 3))],
] as const) {
  test(`hostile bytes: ${name}: the connection is given up, the client is not`, () =>
    withClient(async ({ client, cluster, said, pass }) => {
      push(cluster, 1);
      cluster.line.receive(bytes);
      for (let round = 0; round < 500 && cluster.dials.length < 2; round += 1) await pass(20);
      assert.equal(cluster.dials.length, 2);
      assert.equal(client.state.kind, 'live');
      push(cluster, 2);
      await pass();
      assert.deepEqual(said, [1, 2]);
    }));
}

test('hostile bytes: bodies that make no sense are skipped and counted', () =>
  withClient(async ({ client, cluster, events, said, pass }) => {
    const bodies = ['', '[]', '{"cmd":7}', '{', '{"cmd":"SAY"', '\u0000'];
    for (const body of bodies) cluster.line.receive(cluster.frame([encoder.encode(body)]));
    const odd = [
      '{"cmd":"SAY","n":1,"lw":{"room":"r","seq":1e300,"epoch":1}}',
      '{"cmd":"SAY","n":1,"lw":{"room":"r","seq":-1,"epoch":1}}',
      '{"cmd":"SAY","n":1,"lw":{"room":"r","seq":0.5,"epoch":1}}',
      '{"cmd":"SAY","n":1,"lw":{"room":"elsewhere","seq":1,"epoch":1}}',
    ];
    for (const body of odd) cluster.line.receive(cluster.frame([encoder.encode(body)]));
    push(cluster, 2);
    await pass();
    assert.deepEqual(said, [2]);
    assert.equal(events.fault.length, bodies.length);
    assert.equal(client.quality.badFrames, bodies.length);
    assert.equal(cluster.dials.length, 1);
  }));

test('hostile hints: no address, no end of nodes, no end of time', () =>
  withClient(async ({ client, cluster, pass }) => {
    const node = { nodeId: 'x', region: '', ws: 'javascript:alert(1)', tcp: '' };
    cluster.manners.set(node.ws, 'refuses');
    const nodes = Array.from({ length: 1_000 }, (_, index) => ({ ...node, nodeId: `x${index}` }));
    cluster.line.receive(encodeReconnectHint({ reason: 'drain', afterMs: 1e300, nodes }));
    await pass(299_000);
    assert.equal(cluster.dials.length, 1);
    await pass(1_000);
    await pass(1);
    assert.ok(cluster.dials.length <= 1 + 16);
    assert.deepEqual(client.state, { kind: 'live', nodeId: 'a' }, 'it stays where it is');
  }));

test('quality is reported by those who were drawn, until they are closed', async () => {
  const reports: LinkQuality[] = [];
  const report = (quality: LinkQuality): void => void reports.push(quality);
  await withClient(async ({ client, cluster, clock, pass }) => {
    reportQuality(client, { report, everyMs: 10_000, share: 0.6, clock, random: () => 0.5 });
    reportQuality(client, { report: () => assert.fail(), share: 0.4, clock, random: () => 0.5 });
    push(cluster, 1, 2);
    cluster.line.end();
    await pass(4_999);
    assert.deepEqual(reports, []);
    await pass(10_001);
    const [{ rttMs, connectMs, ...counts } = client.quality] = reports.slice(-1);
    assert.deepEqual(counts, {
      nodeId: 'a',
      connects: 2,
      disconnects: 1,
      failedDials: 0,
      messages: 2,
      missed: 0,
      badFrames: 0,
    });
    assert.deepEqual([typeof rttMs, typeof connectMs, reports.length], ['number', 'number', 2]);
  });
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
