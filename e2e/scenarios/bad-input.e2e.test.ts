import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CLOSE_CODES, encodeClientFrame, encodeFrame, OPERATION } from '@longwire/wire';
import type { CloseName } from '@longwire/wire';
import { eventually } from '@longwire/testkit';
import type { ConnectAnswer } from '../harness/api.ts';
import { addressOf, enter } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import { Viewer } from '../harness/viewer.ts';

const OVER = ['ws', 'tcp'] as const;
const DAY_MS = 24 * 3600_000;

/** A frame whose header says what the test wants it to say. */
function forged({
  packLen = 16,
  headerLen = 16,
  op = 2,
}: {
  packLen?: number;
  headerLen?: number;
  op?: number;
}): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, packLen);
  view.setUint16(4, headerLen);
  view.setUint16(6, 1);
  view.setUint32(8, op);
  return bytes;
}

const auth = (seq: number, token: string, rest: object = {}): Uint8Array =>
  encodeClientFrame({ kind: 'auth', seq, token, protover: 0, ...rest });

describe('bad input through the real doors', () => {
  let longwire: Longwire;
  let witness: Viewer;
  /** Asked for first: by the time it is used for little of its life is left. */
  let expiring: ConnectAnswer;

  before(async () => {
    longwire = await Longwire.launch({ mode: 'standalone', env: { LONGWIRE_CONTROL_TOKEN_TTL: '20s' } });
    expiring = await longwire.api.mustConnect({ deviceId: 'late' });
    witness = await enter(longwire, { deviceId: 'witness', roomId: '1' });
  });
  after(async () => {
    // Whatever the others sent, the witness has lost nothing.
    await longwire.api.mustPush({ kind: 'room', roomId: '1' }, { cmd: 'STILL_HERE' });
    await witness.untilReceived('STILL_HERE');
    assert.equal(witness.isClosed, false);
    witness.close();
    const exit = await longwire.stop();
    assert.equal(exit.code, 0, exit.stderr);
  });

  const tokenFor = async (request: Record<string, unknown>): Promise<string> =>
    (await longwire.api.mustConnect(request)).token;
  const stranger = (over: 'ws' | 'tcp'): Promise<Viewer> =>
    Viewer.connect({ address: addressOf(longwire, 0, over), token: '' });

  /** The connection was closed with this row of the close table: op 25 says so, and over WebSocket the close code too. */
  async function assertClosed(viewer: Viewer, name: CloseName, over: 'ws' | 'tcp'): Promise<void> {
    const { code, retry } = CLOSE_CODES[name];
    const notice = await viewer.until<'closeNotice'>((frame) => frame.kind === 'closeNotice');
    assert.deepEqual([notice.code, notice.retry], [code, retry]);
    await eventually(() => viewer.isClosed);
    if (over === 'ws') assert.equal(viewer.closeCode, code);
  }

  for (const over of OVER) {
    test(`${over}: a wrong token is answered -101, then closed`, async () => {
      const good = await tokenFor({ deviceId: 'd' });
      const tampered = `${good.slice(0, -4)}AAAA`;
      for (const token of ['', 'nonsense', tampered]) {
        const viewer = await stranger(over);
        viewer.send(auth(9, token));
        const reply = await viewer.until<'authReply'>((frame) => frame.kind === 'authReply');
        assert.deepEqual([reply.code, reply.seq], [-101, 9]);
        await assertClosed(viewer, 'tokenInvalid', over);
      }
    });

    test(`${over}: a foreign uid is answered -101, then closed; 0 and the own one are fine`, async () => {
      const token = await tokenFor({ deviceId: 'd', userId: '42' });
      const foreign = await stranger(over);
      foreign.send(auth(1, token, { userId: '43' }));
      assert.equal((await foreign.until<'authReply'>((frame) => frame.kind === 'authReply')).code, -101);
      await assertClosed(foreign, 'foreignUser', over);
      for (const body of [`{"uid":42,"key":"${token}"}`, `{"uid":0,"key":"${token}"}`, `{"key":"${token}"}`]) {
        const viewer = await stranger(over);
        viewer.send(encodeFrame({ op: OPERATION.auth, ver: 1, seq: 1, body: new TextEncoder().encode(body) }));
        assert.equal((await viewer.until<'authReply'>((frame) => frame.kind === 'authReply')).code, 0);
        viewer.close();
      }
    });

    const malformed: readonly { what: string; bytes: Uint8Array; close: CloseName }[] = [
      { what: 'a wrong headerLen', bytes: forged({ headerLen: 18 }), close: 'headerLength' },
      { what: 'a packLen below 16', bytes: forged({ packLen: 15 }), close: 'frameLength' },
      { what: 'a packLen of 4 GiB', bytes: forged({ packLen: 0xffff_ffff }), close: 'frameLength' },
      { what: 'an unknown op', bytes: forged({ op: 99 }), close: 'unknownOperation' },
      { what: 'a heartbeat before auth', bytes: forged({}), close: 'authRequired' },
      {
        what: 'auth that is no JSON',
        bytes: encodeFrame({ op: OPERATION.auth, ver: 1, seq: 1, body: new TextEncoder().encode('{"key":') }),
        close: 'badJson',
      },
    ];
    for (const { what, bytes, close } of malformed) {
      test(`${over}: ${what} closes that connection with ${CLOSE_CODES[close].code}`, async () => {
        const viewer = await stranger(over);
        viewer.send(bytes);
        await assertClosed(viewer, close, over);
      });
    }

    test(`${over}: a frame of 4 KiB + 16 is taken, one byte more closes`, async () => {
      const viewer = await enter(longwire, { deviceId: 'big', over, protover: 0 });
      const heartbeat = (bytes: number) =>
        encodeFrame({ op: OPERATION.heartbeat, ver: 1, seq: 77, body: new Uint8Array(bytes) });
      viewer.send(heartbeat(4096));
      await viewer.until((frame) => frame.kind === 'heartbeatReply' && frame.seq === 77);
      viewer.send(heartbeat(4097));
      await assertClosed(viewer, 'frameLength', over);
    });

    test(`${over}: a connection that says nothing is closed after 5 s`, async () => {
      // Before it connects: the node cannot have begun to count earlier.
      const startedAt = performance.now();
      const viewer = await stranger(over);
      await eventually(() => viewer.isClosed);
      assert.ok(performance.now() - startedAt > 4900, 'not before its time');
      await assertClosed(viewer, 'authTimeout', over);
    });
  }

  test('a WebSocket message that ends inside a frame closes with the truncated code', async () => {
    const viewer = await stranger('ws');
    viewer.send(forged({ packLen: 40, op: OPERATION.auth }));
    await assertClosed(viewer, 'truncated', 'ws');
  });

  test('an expired token is answered -101 and told to come back with a new one', async () => {
    const { token, expiresAt } = expiring;
    assert.ok(expiresAt - Date.now() < DAY_MS);
    await eventually(() => Date.now() > expiresAt + 50);
    const viewer = await stranger('ws');
    viewer.send(auth(1, token));
    assert.equal((await viewer.until<'authReply'>((frame) => frame.kind === 'authReply')).code, -101);
    await assertClosed(viewer, 'tokenExpired', 'ws');
  });

  test('the 17th room is refused, and the connection stays', async () => {
    const viewer = await enter(longwire, { deviceId: 'many', protover: 0 });
    for (let room = 1; room <= 16; room += 1) {
      const reply = await viewer.request((seq) => encodeClientFrame({ kind: 'join', seq, roomId: `m${room}` }));
      assert.ok(reply.kind === 'joinReply' && reply.code === 0);
    }
    const refused = await viewer.request((seq) => encodeClientFrame({ kind: 'join', seq, roomId: 'm17' }));
    assert.ok(refused.kind === 'joinReply' && refused.code === -429, JSON.stringify(refused));
    await viewer.request((seq) => encodeClientFrame({ kind: 'changeRoom', seq, roomId: null }));
    assert.equal(viewer.isClosed, false);
    viewer.close();
  });

  const refusals: readonly { what: string; body: unknown; status: number; code: string }[] = [
    {
      what: 'a bad id',
      body: { target: { kind: 'room', roomId: 'a b' }, payload: { cmd: 'X' } },
      status: 400,
      code: 'invalid-request',
    },
    {
      what: 'a payload without cmd',
      body: { target: { kind: 'all' }, payload: {} },
      status: 400,
      code: 'invalid-request',
    },
    {
      what: 'a payload that is no object',
      body: { target: { kind: 'all' }, payload: 'x' },
      status: 400,
      code: 'invalid-request',
    },
    { what: 'a body that is no JSON', body: '{"target":', status: 400, code: 'invalid-request' },
    {
      what: 'a payload of 65 KiB',
      body: { target: { kind: 'all' }, payload: { cmd: 'X', text: 'x'.repeat(65 * 1024) } },
      status: 413,
      code: 'payload-too-large',
    },
  ];
  for (const { what, body, status, code } of refusals) {
    test(`a push with ${what} is ${status} ${code}, and nobody gets it`, async () => {
      const answer = await longwire.api.push(body);
      assert.deepEqual([answer.status, answer.body['code']], [status, code]);
      assert.match(answer.headers.get('content-type') ?? '', /problem\+json/);
      assert.ok(witness.messages.every((message) => message.cmd !== 'X'));
    });
  }

  test('keys: none, a wrong one, one without the scope, one with an unknown scope', async () => {
    const push = { target: { kind: 'room', roomId: '1' }, payload: { cmd: 'X' } };
    assert.equal((await longwire.api.withKey('wrong').push(push)).status, 401);
    const made = await longwire.api.service('POST', '/v1/admin/keys', { name: 'reader', scopes: ['read'] });
    const reader = longwire.api.withKey(String(made.body['apiKey']));
    assert.deepEqual(
      [(await reader.push(push)).status, (await reader.push(push)).body['code']],
      [403, 'scope-missing'],
    );
    assert.equal((await reader.control('POST', '/v1/connect', { deviceId: 'd' })).status, 403);
    const unknown = await longwire.api.service('POST', '/v1/admin/keys', { name: 'x', scopes: ['push:moon'] });
    assert.equal(unknown.status, 400);
  });

  test('connect: no device, a bad id, a body that is no object', async () => {
    for (const body of [{}, { deviceId: '' }, { deviceId: 'a b' }, { deviceId: 'd', userId: 'ü' }, '[]', '5', '{']) {
      const answer = await longwire.api.control('POST', '/v1/connect', body);
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.equal(answer.body['code'], 'invalid-request');
    }
  });
});
