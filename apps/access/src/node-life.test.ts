import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { test } from 'node:test';
import type { NodeDirective } from '@longwire/domain';
import { RoomDemand } from '@longwire/protos/bus/v1';
import { eventually, fakeClock } from '@longwire/testkit';
import { partitionOf } from '@longwire/domain';
import { moveUntil, roomBatch, startTestNode, topicOf, withNode } from '../test/test-node.ts';
import type { TestNode } from '../test/test-node.ts';
import type { WireClient } from '../test/wire-client.ts';

const OTHER = { nodeId: 'access-2', region: 'local', ws: 'ws://other/sub', tcp: 'other:1' };
const ELSEWHERE = { ...OTHER, share: 1 };

function directive(state: NodeDirective['state']): NodeDirective {
  return { state, alternatives: [ELSEWHERE] };
}

test('a viewer who does not read loses bulk first, is closed as slow only after that, and all others get everything', () =>
  withNode(
    async (node) => {
      const slow = await node.signIn({ kind: 'tcp', roomId: 'a', deviceId: 'slow' });
      const quick: WireClient[] = [];
      for (const kind of ['ws', 'tcp', 'wss', 'tls'] as const) quick.push(await node.signIn({ kind, roomId: 'a' }));
      slow.line.pause();
      let sent = 0;
      await eventually(
        async () => {
          node.bulkBus.publish(
            topicOf('a'),
            roomBatch({ roomId: 'a', texts: [`${sent}`], firstSeq: sent + 1, sizeBytes: 60_000 }),
          );
          sent += 1;
          return (await node.metric('longwire_access_closes_total{code="4008"}')) === 1;
        },
        { timeoutMs: 60_000, everyMs: 1 },
      );
      assert.ok((await node.metric('longwire_access_shed_total{reason="outbox"}')) > 0);
      for (const client of quick) {
        await eventually(() => client.messages.length === sent, { timeoutMs: 60_000 });
        assert.deepEqual(
          client.messages.map(({ payload }) => payload['text']),
          Array.from({ length: sent }, (_, index) => String(index)),
        );
      }
      slow.line.resume();
      const notice = await slow.reply('closeNotice').catch(() => null);
      assert.ok(notice === null || notice.code === 4008);
    },
    { env: { LONGWIRE_ACCESS_OUTBOX_MAX_AGE: '300ms' } },
  ));

test('a new certificate is used for new clients and drops none of the old', () =>
  withNode(async (node) => {
    const early = [await node.signIn({ kind: 'wss' }), await node.signIn({ kind: 'tls' })];
    await node.installCertificate('second');
    process.emit('SIGHUP');
    for (const kind of ['wss', 'tls'] as const) {
      const port = node.app.describe().ports[kind] ?? 0;
      await eventually(async () => (await commonNameAt(port)) === 'second');
    }
    for (const client of early) {
      client.send({ kind: 'heartbeat', seq: 2 });
      await client.reply('heartbeatReply');
    }
    assert.equal(await node.metric('longwire_access_tls_reloads_total{outcome="replaced"}'), 1);
  }));

function commonNameAt(port: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const name = socket.getPeerCertificate().subject.CN;
      socket.destroy();
      resolve(Array.isArray(name) ? name[0] : name);
    });
    socket.on('error', reject);
  });
}

test('a node that is told to drain hints and closes its clients, takes no new ones, and comes back when restored', () =>
  withNode(async (node) => {
    const client = await node.signIn();
    await eventually(() => node.health.isReady().ready);
    node.control.directive = directive('draining');
    const hint = await client.reply('reconnectHint');
    assert.equal(hint.reason, 'drain');
    assert.deepEqual(hint.nodes, [OTHER]);
    await assert.rejects(node.connect('tcp'));
    assert.match(node.health.isReady().reasons.join(), /draining/);
    await eventually(() => node.control.reports.at(-1)?.isLeaving === true);
    node.control.directive = directive('active');
    await eventually(() => node.control.reports.at(-1)?.isLeaving === false);
    const back = await node.signIn({ kind: 'tcp' });
    assert.equal(back.isGone, false);
    await eventually(() => node.health.isReady().ready);
  }));

test('a restored node is leaving for as long as it cannot open its ports again, and goes on trying', () =>
  withNode(async (node) => {
    await eventually(() => node.health.isReady().ready);
    const port = node.app.describe().ports.tcp ?? 0;
    node.control.directive = directive('draining');
    await eventually(() => node.control.reports.at(-1)?.isLeaving === true);
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    node.control.directive = directive('active');
    const reports = node.control.reports.length;
    await eventually(() => node.control.reports.length >= reports + 3);
    assert.ok(node.control.reports.slice(reports).every(({ isLeaving }) => isLeaving));
    assert.match(node.health.isReady().reasons.join(), /ports are not open/);
    squatter.close();
    await once(squatter, 'close');
    await eventually(() => node.control.reports.at(-1)?.isLeaving === false);
    await node.signIn({ kind: 'tcp' });
    await eventually(() => node.health.isReady().ready);
  }));

test('a process that is asked to end says so, hints every client and closes them with 4000 before its deadline', () =>
  withNode(
    async (node) => {
      const clients = [await node.signIn({ kind: 'ws' }), await node.signIn({ kind: 'tcp', deviceId: 'd2' })];
      await eventually(() => node.control.reports.length > 0);
      node.control.directive = directive('active');
      await node.app.drain?.(1000);
      assert.equal(node.control.reports.at(-1)?.isLeaving, true);
      for (const client of clients) {
        await client.reply('reconnectHint');
        assert.equal((await client.reply('closeNotice')).code, 4000);
        await client.gone();
      }
      assert.equal(clients[0]?.closeCode, 4000);
    },
    { env: { LONGWIRE_ACCESS_DRAIN: '600ms' } },
  ));

test('a node that ends and has no other to send its clients to waits for nobody', async () => {
  const clock = fakeClock(Date.now());
  await withNode(
    async (node) => {
      await node.signIn();
      await eventually(() => node.health.isReady().ready);
      const startedAtMs = clock.monotonic();
      await moveUntil(node.app.drain?.(15_000), clock);
      const tookMs = clock.monotonic() - startedAtMs;
      assert.ok(tookMs <= 500, `${tookMs} ms of 15 s`);
      assert.equal(node.control.reports.at(-1)?.isLeaving, true);
    },
    { clock },
  );
});

test('a herd is let in as fast as the node can, the others are told when to come back, each at its own time', () =>
  withNode(
    async (node) => {
      const clients = [];
      for (let index = 0; index < 8; index += 1) clients.push(await node.connect('tcp'));
      const refused = clients.slice(2);
      for (const client of refused) {
        const hint = await client.reply('reconnectHint');
        assert.equal(hint.reason, 'busy');
        assert.ok(hint.afterMs > 0);
        assert.equal((await client.reply('closeNotice')).code, 4011);
        await client.gone();
      }
      assert.equal(await node.metric('longwire_access_refused_connects_total{reason="storm"}'), 6);
      assert.ok(clients.slice(0, 2).every(({ isGone }) => !isGone));
    },
    // By a clock that stands still, nobody is let in because the test took long.
    { clock: fakeClock(Date.now()), env: { LONGWIRE_ACCESS_ACCEPT_RATE: '1', LONGWIRE_ACCESS_ACCEPT_BURST: '2' } },
  ));

test('a node without control goes on serving and is not ready until control answers again', () =>
  withNode(async (node) => {
    const client = await node.signIn({ roomId: 'a' });
    await eventually(() => node.health.isReady().ready);
    node.control.directive = undefined;
    await eventually(() => !node.health.isReady().ready);
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['still here'] }));
    await eventually(() => client.messages.length === 1);
    node.control.directive = directive('active');
    await eventually(() => node.health.isReady().ready);
  }));

test('after a lost line logic gets every session in a snapshot, and lookups that hang hold no join up for long', () =>
  withNode(async (node) => {
    const clients = [await node.signIn({ userId: '1' }), await node.signIn({ userId: '2' })];
    await eventually(() => node.health.isReady().ready && node.logic.changes.length === 2);
    node.logic.outcome = 'resync';
    clients[0]?.send({ kind: 'join', seq: 2, roomId: 'a' });
    await eventually(() => !node.health.isReady().ready);
    node.logic.outcome = 'applied';
    const before = node.logic.reports.length;
    await eventually(() =>
      node.logic.reports.slice(before).some((report) => report.type === 'snapshot' && report.isLast),
    );
    await eventually(() => node.health.isReady().ready);
    const sessions = node.logic.reports.findLast((report) => report.type === 'snapshot')?.changes ?? [];
    assert.deepEqual(new Set(sessions.map(({ session }) => session.userId)), new Set(['1', '2']));
    node.logic.areLookupsStuck = true;
    clients[1]?.send({ kind: 'join', seq: 3, roomId: 'b' });
    assert.equal((await clients[1]?.reply('joinReply'))?.code, 0);
  }));

test('the owners of partitions are told which encodings are needed, at once and when they ask', () =>
  withNode(async (node) => {
    const demands: RoomDemand[] = [];
    const partition = partitionOf('a' as never);
    await node.bulkBus.subscribe({ kind: 'room-demand', partition }, (bytes) => demands.push(RoomDemand.decode(bytes)));
    const client = await node.signIn({ roomId: 'a', protover: 3 });
    await eventually(() => demands.length > 0);
    const nowhere = { roomEpoch: 0, lastSeq: 0, ownerEpoch: 0, firstSeq: 0 };
    const brotliOnly = { encodings: 4, viewers: [0, 0, 1, 0], dictionaryIds: [] };
    assert.deepEqual(demands[0]?.rooms, [{ roomId: 'a', ...brotliOnly, ...nowhere }]);
    await node.signIn({ roomId: 'a', protover: 0 });
    await eventually(() => demands.at(-1)?.rooms[0]?.encodings === 5);
    node.bulkBus.publish({ kind: 'room-demand-query' }, Buffer.from([0x0a, 0x01, partition]));
    await eventually(() => demands.at(-1)?.isSnapshot === true);
    client.cut();
    await eventually(() => demands.at(-1)?.rooms[0]?.encodings === 1);
  }));

test('a taken port fails the start with its name and leaves nothing open', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await assert.rejects(
    startTestNode({ env: { LONGWIRE_ACCESS_TCP_PORT: String(port) } }),
    new RegExp(`${port}.*taken`),
  );
  taken.close();
});

test('nodes that share their ports are each given clients, and one that stops leaves them to the others', async () => {
  const first = await startTestNode({ env: { LONGWIRE_ACCESS_REUSE_PORT: 'true' } });
  const { ws, tcp } = first.app.describe().ports;
  const env = { LONGWIRE_ACCESS_REUSE_PORT: 'true' };
  const second = await startTestNode({
    env: { ...env, LONGWIRE_ACCESS_WS_PORT: String(ws), LONGWIRE_ACCESS_TCP_PORT: String(tcp) },
  });
  const connectsOf = (node: TestNode): Promise<number> => node.metric('longwire_access_connects_total{transport="ws"}');
  try {
    for (let index = 0; index < 40; index += 1) await first.connect('ws');
    await eventually(async () => (await connectsOf(first)) + (await connectsOf(second)) === 40);
    assert.ok(
      (await connectsOf(first)) > 0 && (await connectsOf(second)) > 0,
      'the kernel spreads by address and port',
    );
    const before = await connectsOf(first);
    await second.app.stop();
    for (let index = 0; index < 10; index += 1) await first.connect('ws');
    await eventually(async () => (await connectsOf(first)) === before + 10);
  } finally {
    await second.stop();
    await first.stop();
  }
});

test('a node that stops closes its clients with 4001, tells logic and control, and stops twice', async () => {
  const node = await startTestNode();
  const client = await node.signIn({ roomId: 'a' });
  await node.app.stop();
  await client.gone();
  assert.equal(client.closeCode, 4001);
  assert.equal(node.logic.changes.at(-1)?.type, 'close');
  assert.equal(node.control.hasClosed, true);
  await node.stop();
});
