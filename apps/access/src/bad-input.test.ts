import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, fakeClock } from '@longwire/testkit';
import { CLOSE_CODES, encodeClientFrame, encodeFrame, encodeJsonFrame, writeHeader } from '@longwire/wire';
import type { CloseName } from '@longwire/wire';
import { WebSocket } from 'ws';
import { withNode } from '../test/test-node.ts';
import type { TestNode } from '../test/test-node.ts';
import type { WireClient } from '../test/wire-client.ts';

/** Header alone, with what it claims. */
function header(fields: { packLen?: number; headerLen?: number; op: number }): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, { packLen: fields.packLen ?? 16, ver: 1, op: fields.op, seq: 1 });
  view.setUint16(4, fields.headerLen ?? 16);
  return bytes;
}

async function closedWith(client: WireClient, name: CloseName): Promise<void> {
  const { code, retry } = CLOSE_CODES[name];
  const notice = await client.reply('closeNotice');
  assert.deepEqual([notice.code, notice.retry], [code, retry]);
  await client.gone();
  if (client.closeCode !== null) assert.equal(client.closeCode, code);
}

/** What a stranger sends first, and what closes it. */
const FIRST_BYTES: readonly (readonly [string, () => Uint8Array, CloseName])[] = [
  ['a heartbeat before auth', () => header({ op: 2 }), 'authRequired'],
  ['a headerLen that is not 16', () => header({ op: 7, headerLen: 17 }), 'headerLength'],
  ['a packLen below 16', () => header({ op: 7, packLen: 15 }), 'frameLength'],
  ['a packLen above the limit', () => header({ op: 7, packLen: 4113 }), 'frameLength'],
  ['an op that does not exist', () => header({ op: 99 }), 'unknownOperation'],
  ['an op that only travels down', () => header({ op: 5 }), 'unknownOperation'],
  ['an auth that is not JSON', () => encodeFrame({ op: 7, ver: 1, seq: 1, body: Buffer.from('{') }), 'badJson'],
  ['an auth that is an array', () => encodeJsonFrame({ op: 7, ver: 1, seq: 1, value: [] }), 'badJson'],
  ['a protover of 5', () => encodeJsonFrame({ op: 7, ver: 1, seq: 1, value: { key: 'x', protover: 5 } }), 'badJson'],
];

for (const kind of ['ws', 'tcp'] as const) {
  for (const [what, bytes, name] of FIRST_BYTES) {
    test(`over ${kind}, ${what} closes with ${CLOSE_CODES[name].code} and touches nobody else`, () =>
      withNode(async (node) => {
        const other = await node.signIn({ kind, deviceId: 'other' });
        const client = await node.connect(kind);
        client.sendBytes(bytes());
        await closedWith(client, name);
        await isAlive(other);
      }));
  }

  test(`over ${kind}, a wrong token is answered with -101, then closed`, () =>
    withNode(async (node) => {
      const client = await node.connect(kind);
      client.send({ kind: 'auth', seq: 4, token: 'nonsense' });
      assert.deepEqual(await client.reply('authReply'), { kind: 'authReply', seq: 4, code: -101 });
      await closedWith(client, 'tokenInvalid');
    }));

  test(`over ${kind}, an expired token is answered with -101, then closed with 4012`, () =>
    withNode(async (node) => {
      const client = await node.connect(kind);
      client.send({ kind: 'auth', seq: 4, token: await node.mint({ ttlMs: -1 }) });
      assert.equal((await client.reply('authReply')).code, -101);
      await closedWith(client, 'tokenExpired');
    }));

  test(`over ${kind}, another user's uid is answered with -101, then closed; 0 and one's own are fine`, () =>
    withNode(async (node) => {
      const token = await node.mint({ userId: '42' });
      const foreign = await node.connect(kind);
      foreign.send({ kind: 'auth', seq: 1, token, userId: '43' });
      assert.equal((await foreign.reply('authReply')).code, -101);
      await closedWith(foreign, 'foreignUser');
      for (const uid of [0, '0', '', 42, '42']) {
        const fine = await node.connect(kind);
        fine.sendBytes(encodeJsonFrame({ op: 7, ver: 1, seq: 1, value: { key: token, uid } }));
        assert.equal((await fine.reply('authReply')).code, 0);
      }
      assert.ok(node.logic.changes.every(({ session }) => session.userId === '42'));
    }));

  test(`over ${kind}, a guest's token with a uid is refused`, () =>
    withNode(async (node) => {
      const client = await node.connect(kind);
      client.send({ kind: 'auth', seq: 1, token: await node.mint({ userId: null }), userId: '42' });
      await closedWith(client, 'foreignUser');
    }));

  test(`over ${kind}, a second auth closes`, () =>
    withNode(async (node) => {
      const client = await node.signIn({ kind });
      client.send({ kind: 'auth', seq: 2, token: await node.mint() });
      await closedWith(client, 'authRepeated');
    }));

  test(`over ${kind}, a bad body after auth closes that connection alone`, () =>
    withNode(async (node) => {
      const other = await node.signIn({ kind, deviceId: 'other' });
      for (const op of [14, 16, 18, 20, 22]) {
        const client = await node.signIn({ kind });
        client.sendBytes(encodeFrame({ op, ver: 1, seq: 1, body: Buffer.from('nope') }));
        await closedWith(client, 'badJson');
      }
      await isAlive(other);
    }));

  test(`over ${kind}, who does not authenticate within 5 s is closed, who is quiet for 2.5 heartbeats too`, async () => {
    const clock = fakeClock(Date.now());
    await withNode(
      async (node) => {
        const silent = await node.connect(kind);
        const quiet = await node.signIn({ kind });
        const open = () => node.metric(`longwire_access_connections_count{transport="${kind}"}`);
        await clock.advanceAsync(4500);
        assert.equal(await open(), 2);
        await clock.advanceAsync(1000);
        await closedWith(silent, 'authTimeout');
        await clock.advanceAsync(68_500);
        assert.equal(await open(), 1);
        quiet.send({ kind: 'heartbeat', seq: 2 });
        await quiet.reply('heartbeatReply');
        await clock.advanceAsync(74_000);
        assert.equal(await open(), 1);
        await clock.advanceAsync(2000);
        await closedWith(quiet, 'heartbeatTimeout');
      },
      { clock },
    );
  });

  test(`over ${kind}, who sends frames too fast is closed with 4013`, () =>
    withNode(
      async (node) => {
        const client = await node.signIn({ kind });
        for (let seq = 0; seq < 50; seq += 1) client.send({ kind: 'heartbeat', seq });
        await closedWith(client, 'frameRateLimited');
      },
      { env: { LONGWIRE_ACCESS_MAX_FRAMES_PER_SEC: '10' } },
    ));
}

test('a WebSocket message that ends inside a frame, or is empty, closes with 4511', () =>
  withNode(async (node) => {
    const auth = encodeClientFrame({ kind: 'auth', seq: 1, token: 'x' });
    for (const bytes of [auth.subarray(0, auth.length - 1), auth.subarray(0, 3), new Uint8Array(0)]) {
      const client = await node.connect('ws');
      client.sendBytes(bytes);
      await closedWith(client, 'truncated');
    }
  }));

test('a frame that TCP cuts into single bytes is read', () =>
  withNode(async (node) => {
    const client = await node.connect('tcp');
    for (const byte of encodeClientFrame({ kind: 'auth', seq: 1, token: await node.mint() })) {
      client.sendBytes(new Uint8Array([byte]));
    }
    assert.equal((await client.reply('authReply')).code, 0);
  }));

test('several frames in one WebSocket message are answered in order, also those behind an auth that waits', () =>
  withNode(async (node) => {
    const client = await node.connect('ws');
    const frames = [
      encodeClientFrame({ kind: 'auth', seq: 1, token: await node.mint(), roomId: 'a' }),
      encodeClientFrame({ kind: 'heartbeat', seq: 2 }),
      encodeClientFrame({ kind: 'join', seq: 3, roomId: 'b' }),
    ];
    client.sendBytes(Buffer.concat(frames));
    await client.reply('joinReply');
    assert.deepEqual(
      client.replies.map((reply) => ('seq' in reply ? reply.seq : 0)),
      [1, 2, 3],
    );
  }));

test('a text message closes with 4512', () =>
  withNode(async (node) => {
    const webSocket = await openRaw(node);
    webSocket.send('hello');
    assert.equal(await closeCodeOf(webSocket), 4512);
  }));

test('a WebSocket message above the limit closes with 4501 and op 25 before it is read', () =>
  withNode(async (node) => {
    const client = await node.connect('ws');
    client.sendBytes(new Uint8Array(1_000_000));
    await closedWith(client, 'frameLength');
  }));

test('a ping is answered, another path is not upgraded', () =>
  withNode(async (node) => {
    const webSocket = await openRaw(node);
    const pong = new Promise((resolve) => webSocket.once('pong', resolve));
    webSocket.ping();
    await pong;
    webSocket.terminate();
    const lost = new WebSocket(`ws://127.0.0.1:${node.app.describe().ports.ws}/other`);
    const [error] = (await new Promise<Error[]>((resolve) => lost.once('error', (...args) => resolve(args)))) ?? [];
    assert.match(error?.message ?? '', /404/);
    const plain = await fetch(`http://127.0.0.1:${node.app.describe().ports.ws}/sub`);
    assert.equal(plain.status, 426);
  }));

async function isAlive(client: WireClient): Promise<void> {
  client.send({ kind: 'heartbeat', seq: 77 });
  await client.reply('heartbeatReply');
}

async function openRaw(node: TestNode): Promise<WebSocket> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${node.app.describe().ports.ws}/sub`);
  await eventually(() => webSocket.readyState === WebSocket.OPEN);
  return webSocket;
}

function closeCodeOf(webSocket: WebSocket): Promise<number> {
  return new Promise((resolve) => webSocket.once('close', resolve));
}
