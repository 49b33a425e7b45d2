import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeReconnectHint, wrapCompressed } from '@longwire/wire';
import { FakeCluster } from '../test/fake-cluster.ts';
import { push, withClient } from '../test/with-client.ts';
import { testDecoders } from '../test/test-decoders.ts';

const encoder = new TextEncoder();

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
      assert.deepEqual(protovers, [4, 2]);
      assert.deepEqual(said, [1, 2]);
    },
    { decoders },
    cluster,
  );
});

test('a node that sends damaged brotli whatever it was asked for is left for another one', () =>
  withClient(async ({ client, cluster, pass }) => {
    for (let visits = 1; visits <= 4; visits += 1) {
      cluster.line.receive(wrapCompressed(3, encoder.encode('this is not brotli')));
      for (let round = 0; round < 500 && cluster.dials.length === visits; round += 1) await pass(20);
      await pass();
    }
    const protovers = cluster.lines.map(({ sent }) => sent[0]?.kind === 'auth' && sent[0].protover);
    assert.deepEqual(cluster.dials, ['a', 'a', 'a', 'a', 'b']);
    assert.deepEqual(protovers, [4, 2, 0, 0, 0]);
    assert.deepEqual(client.state, { kind: 'live', nodeId: 'b' });
  }));

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
