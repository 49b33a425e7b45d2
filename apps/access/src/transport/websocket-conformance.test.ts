import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_CLIENT_WS_MESSAGE_BYTES } from '@longwire/wire';
import { clientFrame, UPGRADE, withEchoServer } from '../../test/raw-websocket.ts';
import type { FrameSpec, RawWebSocket } from '../../test/raw-websocket.ts';

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);
const closeOf = (code: number, reason: Uint8Array = new Uint8Array(0)): Uint8Array =>
  Uint8Array.of(code >> 8, code & 0xff, ...reason);
const codeOf = (payload: Uint8Array | undefined): number | undefined =>
  payload === undefined || payload.length < 2 ? undefined : ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);

function over(what: string, run: (client: RawWebSocket) => Promise<void>): void {
  test(what, () => withEchoServer(async ({ open }) => run(await open())));
}

/** The client sends these, gets a close frame with `code` as the last thing, and the line ends. */
function fails(what: string, code: number, ...specs: readonly FrameSpec[]): void {
  over(`${what} is closed with ${code}`, async (client) => {
    client.send(...specs);
    const frames = await client.end();
    assert.deepEqual([frames.at(-1)?.opcode, codeOf(frames.at(-1)?.payload)], [CLOSE, code]);
  });
}

describe('framing', () => {
  for (const size of [0, 1, 125, 126, 127, 128, 65_535, 65_536, MAX_CLIENT_WS_MESSAGE_BYTES]) {
    over(`a message of ${size} bytes comes back`, async (client) => {
      client.send({ opcode: BINARY, payload: bytes(size) });
      assert.deepEqual(new Uint8Array((await client.frame(0)).payload), bytes(size));
    });
  }
  for (const [size, piece] of [
    [300, 1],
    [65_536, 997],
  ] as const) {
    over(`a message of ${size} bytes in pieces of ${piece} comes back`, async (client) => {
      await client.sendInPieces(clientFrame({ opcode: BINARY, payload: bytes(size) }), piece);
      assert.deepEqual(new Uint8Array((await client.frame(0)).payload), bytes(size));
    });
  }
  over('many messages in one write come back in order, one cut at its end', async (client) => {
    const frames = [1, 2, 3, 200, 5].map((size) => clientFrame({ opcode: BINARY, payload: bytes(size) }));
    const all = Buffer.concat(frames);
    client.socket.write(all.subarray(0, -3));
    await client.frame(3);
    client.socket.write(all.subarray(-3));
    await client.frame(4);
    assert.deepEqual(
      client.frames.map(({ payload }) => payload.length),
      [1, 2, 3, 200, 5],
    );
  });
  fails('an unmasked frame', 1002, { opcode: BINARY, payload: bytes(5), isMasked: false });
  fails('a length with the highest bit set', 1002, {
    opcode: BINARY,
    lengthBytes: Uint8Array.of(127, 0x80, 0, 0, 0, 0, 0, 0, 1),
  });
  fails('a message one byte above the limit', 4501, {
    opcode: BINARY,
    payload: bytes(MAX_CLIENT_WS_MESSAGE_BYTES + 1),
  });
  fails('a length of 2^62', 4501, { opcode: BINARY, lengthBytes: Uint8Array.of(127, 0x40, 0, 0, 0, 0, 0, 0, 0) });
  fails('a text message', 4512, { opcode: TEXT, payload: Buffer.from('hello') });
  fails('a text message of which only the first fragment came', 4512, { opcode: TEXT, isFinal: false });
});

describe('pings and pongs', () => {
  for (const size of [0, 5, 125]) {
    over(`a ping with ${size} bytes is answered with them`, async (client) => {
      client.send({ opcode: PING, payload: bytes(size) });
      const { opcode, payload } = await client.frame(0);
      assert.deepEqual([opcode, new Uint8Array(payload)], [PONG, bytes(size)]);
    });
  }
  over('a ping in single bytes is answered', async (client) => {
    await client.sendInPieces(clientFrame({ opcode: PING, payload: bytes(125) }), 1);
    assert.equal((await client.frame(0)).payload.length, 125);
  });
  over('ten pings get ten pongs in order, and pongs nobody asked for get nothing', async (client) => {
    const pings = Array.from({ length: 10 }, (_, index) => ({ opcode: PING, payload: Uint8Array.of(index) }));
    client.send({ opcode: PONG, payload: bytes(4) }, ...pings);
    await client.frame(9);
    assert.deepEqual(
      client.frames.map(({ payload }) => payload[0]),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
  });
  fails('a ping of 126 bytes', 1002, { opcode: PING, payload: bytes(126) });
  fails('a fragmented ping', 1002, { opcode: PING, isFinal: false }, { opcode: CONTINUATION });
  fails('a fragmented pong', 1002, { opcode: PONG, isFinal: false }, { opcode: CONTINUATION });
});

describe('reserved bits and opcodes', () => {
  for (const reserved of [1, 2, 3, 4, 5, 6, 7]) {
    fails(`a message with reserved bits ${reserved}`, 1002, { opcode: BINARY, payload: bytes(3), reserved });
    fails(`a ping with reserved bits ${reserved}`, 1002, { opcode: PING, reserved });
  }
  for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) fails(`opcode ${opcode}`, 1002, { opcode });
  over('what came before a broken frame is answered first', async (client) => {
    client.send({ opcode: BINARY, payload: bytes(7) }, { opcode: 5 }, { opcode: PING });
    const frames = await client.end();
    assert.deepEqual(
      frames.map(({ opcode, payload }) => [opcode, payload.length]),
      [
        [BINARY, 7],
        [CLOSE, 2],
      ],
    );
  });
});

describe('fragments', () => {
  over('a message in three fragments, one empty, comes back whole, pings in between at once', async (client) => {
    client.send(
      { opcode: BINARY, payload: bytes(200), isFinal: false },
      { opcode: PING, payload: bytes(3) },
      { opcode: CONTINUATION, isFinal: false },
      { opcode: PING, payload: bytes(4) },
      { opcode: CONTINUATION, payload: bytes(10) },
    );
    await client.frame(2);
    assert.deepEqual(
      client.frames.map(({ opcode, payload }) => [opcode, payload.length]),
      [
        [PONG, 3],
        [PONG, 4],
        [BINARY, 210],
      ],
    );
  });
  over('fragments in single bytes come back whole, and the next message too', async (client) => {
    const frames = [
      { opcode: BINARY, payload: bytes(130), isFinal: false },
      { opcode: CONTINUATION, payload: bytes(20) },
      { opcode: BINARY, payload: bytes(2) },
    ];
    await client.sendInPieces(Buffer.concat(frames.map(clientFrame)), 1);
    assert.deepEqual([(await client.frame(0)).payload.length, (await client.frame(1)).payload.length], [150, 2]);
  });
  fails('a continuation of nothing', 1002, { opcode: CONTINUATION, payload: bytes(4) });
  fails('a continuation of nothing that goes on', 1002, { opcode: CONTINUATION, payload: bytes(4), isFinal: false });
  fails('a continuation after a whole message', 1002, { opcode: BINARY }, { opcode: CONTINUATION });
  fails('a new message among fragments', 1002, { opcode: BINARY, isFinal: false }, { opcode: BINARY });
  fails(
    'a message whose fragments are above the limit',
    4501,
    { opcode: BINARY, payload: bytes(MAX_CLIENT_WS_MESSAGE_BYTES), isFinal: false },
    { opcode: CONTINUATION, payload: bytes(1) },
  );
});

describe('close', () => {
  over('without a code is answered without one', async (client) => {
    client.send({ opcode: CLOSE });
    assert.deepEqual(
      (await client.end()).map(({ opcode, payload }) => [opcode, payload.length]),
      [[CLOSE, 0]],
    );
  });
  over('what comes behind a close frame is not answered', async (client) => {
    client.send(
      { opcode: BINARY, payload: bytes(2) },
      { opcode: CLOSE, payload: closeOf(1000) },
      { opcode: PING },
      { opcode: BINARY, payload: bytes(3) },
      { opcode: CLOSE, payload: closeOf(1001) },
    );
    assert.deepEqual(
      (await client.end()).map(({ opcode }) => opcode),
      [BINARY, CLOSE],
    );
  });
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]) {
    fails(`a client that closes with ${code}`, code, { opcode: CLOSE, payload: closeOf(code) });
  }
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]) {
    fails(`the code ${code}, which nobody may send,`, 1002, { opcode: CLOSE, payload: closeOf(code) });
  }
  fails('a reason of 123 bytes', 1000, { opcode: CLOSE, payload: closeOf(1000, Buffer.alloc(123, 'x')) });
  fails('a close frame of one byte', 1002, { opcode: CLOSE, payload: bytes(1) });
  fails('a close frame of 126 bytes', 1002, { opcode: CLOSE, payload: closeOf(1000, bytes(124)) });
  fails('a reason that is not UTF-8', 1007, { opcode: CLOSE, payload: closeOf(1000, Uint8Array.of(0xce, 0xba, 0xe1)) });
  fails(
    'a close frame among fragments',
    1000,
    { opcode: BINARY, isFinal: false },
    { opcode: CLOSE, payload: closeOf(1000) },
  );
  over('a client that ends its stream without a close frame is let go', async (client) => {
    client.socket.end();
    assert.deepEqual(await client.end(), []);
  });
  over('a client that answers our close frame sees the end of the line', async (client) => {
    client.send({ opcode: TEXT, payload: Buffer.from('x') });
    assert.equal(codeOf((await client.frame(0)).payload), 4512);
    client.send({ opcode: CLOSE, payload: closeOf(4512) });
    assert.equal((await client.end()).length, 1);
  });
});

describe('the upgrade', () => {
  const without = (name: string, ...instead: readonly string[]): readonly string[] => [
    ...UPGRADE.filter((line) => !line.startsWith(name)),
    ...instead,
  ];
  const answers = (what: string, status: RegExp, lines: readonly string[]): void => {
    test(what, () =>
      withEchoServer(async ({ dial }) => {
        const client = await dial(lines);
        assert.match(client.head, status);
        await client.end();
      }),
    );
  };

  over('is answered with the accept key of RFC 6455 and no extension', async (client) => {
    assert.match(client.head, /^HTTP\/1\.1 101 /);
    assert.match(client.head, /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i);
    assert.doesNotMatch(client.head, /extensions|protocol:/i);
  });
  test('does not agree to compression, and takes the first subprotocol that is offered', () =>
    withEchoServer(async ({ dial }) => {
      const offers = ['Sec-WebSocket-Extensions: permessage-deflate', 'Sec-WebSocket-Protocol: live, other'];
      const client = await dial([...UPGRADE, ...offers]);
      assert.match(client.head, /^HTTP\/1\.1 101 [^]*sec-websocket-protocol: live\r\n/i);
      assert.doesNotMatch(client.head, /extensions/i);
    }));
  test('takes frames that come along with the request', () =>
    withEchoServer(async ({ dial }) => {
      const client = await dial(UPGRADE, clientFrame({ opcode: BINARY, payload: bytes(9) }));
      assert.equal((await client.frame(0)).payload.length, 9);
    }));
  answers('without a key is refused', /^HTTP\/1\.1 400 /, without('Sec-WebSocket-Key'));
  answers('with a short key is refused', /^HTTP\/1\.1 400 /, without('Sec-WebSocket-Key', 'Sec-WebSocket-Key: abc='));
  answers(
    'of another version is told ours',
    /^HTTP\/1\.1 426 [^]*sec-websocket-version: 13/i,
    without('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 25'),
  );
  answers('to something else is refused', /^HTTP\/1\.1 400 /, without('Upgrade', 'Upgrade: h2c'));
  answers('by POST is refused', /^HTTP\/1\.1 405 /, ['POST /sub HTTP/1.1', ...UPGRADE.slice(1)]);
  answers('of another path is refused', /^HTTP\/1\.1 404 /, ['GET /other HTTP/1.1', ...UPGRADE.slice(1)]);
  answers('with a broken subprotocol is refused', /^HTTP\/1\.1 400 /, [...UPGRADE, 'Sec-WebSocket-Protocol: a b']);
});
