// Clients that were not written here, from the npm registry and unmodified, given nothing but an address and a token.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { LiveTCP, LiveWS } from 'bilibili-live-ws';
import { KeepLiveWS } from 'tiny-bilibili-ws/browser';
import { eventually } from '@longwire/testkit';
import { Longwire } from '../harness/launch.ts';

const ROOM = 1000;
const COUNT = 40;

interface ForeignClient {
  readonly heard: readonly unknown[];
  readonly online: () => number;
  close(): void;
}

/** What the clients have in common, whatever their own types make of it. */
interface ForeignEmitter {
  on(event: string, listener: (argument: unknown) => void): unknown;
  close(): void;
}

/** Listens as the client's users do; resolves once it says that it is live. */
async function listen(foreign: unknown, messageOf: (event: never) => unknown): Promise<ForeignClient> {
  const client = foreign as ForeignEmitter;
  const heard: unknown[] = [];
  let online = -1;
  client.on('DANMU_MSG', (event) => heard.push(messageOf(event as never)));
  client.on('heartbeat', (count) => {
    online = Number(count);
  });
  await new Promise<void>((resolve, reject) => {
    client.on('live', () => resolve());
    client.on('error', reject);
    client.on('close', () => reject(new Error('closed before it was live')));
  });
  return { heard, online: () => online, close: () => client.close() };
}

describe('danmaku clients from the npm registry', () => {
  let longwire: Longwire;
  before(async () => {
    longwire = await Longwire.launch({ mode: 'cluster' });
  });
  after(async () => {
    const exit = await longwire.stop();
    assert.equal(exit.code, 0, exit.stderr);
  });

  const connectAs = async (deviceId: string) => {
    const { token } = await longwire.api.mustConnect({ deviceId, userId: 7, platform: 'web' });
    return token;
  };

  const openers: readonly { what: string; open: (token: string) => Promise<ForeignClient> }[] = [
    ...([0, 2, 3] as const).flatMap((protover) => [
      {
        what: `bilibili-live-ws over WebSocket with protover ${protover}`,
        open: (token: string) => {
          // Its types stop at protover 1, its code takes any.
          const options = { address: longwire.report.ws[0] ?? '', key: token, uid: 7, protover: protover as 2 | 3 };
          return listen(new LiveWS(ROOM, options), (event: { n: number }) => event.n);
        },
      },
      {
        what: `bilibili-live-ws over TCP with protover ${protover}`,
        open: (token: string) => {
          const [host = '', port = ''] = (longwire.report.tcp[1] ?? '').split(':');
          const options = { host, port: Number(port), key: token, uid: 7, protover: protover as 2 | 3 };
          return listen(new LiveTCP(ROOM, options), (event: { n: number }) => event.n);
        },
      },
    ]),
    {
      what: 'tiny-bilibili-ws over WebSocket',
      open: (token: string) => {
        const { hostname: host, port } = new URL(longwire.report.ws[1] ?? '');
        const options = { host, port: Number(port), path: 'sub', ssl: false, key: token, uid: 7, keepalive: false };
        const client = new KeepLiveWS(ROOM, options);
        return listen(client, (event: { data: { n: number } }) => event.data.n);
      },
    },
  ];

  for (const { what, open } of openers) {
    test(`${what}: authenticates, gets its heartbeat answered, decodes every message in order`, async () => {
      const token = await connectAs(what.replaceAll(/[^a-z0-9]/gi, '-').slice(0, 60));
      const client = await open(token);
      await eventually(() => assert.ok(client.online() >= 1), {
        timeoutMs: 8000,
        what: 'a heartbeat reply with the online count',
      });
      const expected = Array.from({ length: COUNT }, (_, n) => n);
      for (const n of expected) {
        await longwire.api.mustPush({ kind: 'room', roomId: ROOM }, { cmd: 'DANMU_MSG', n, info: ['来了'.repeat(n)] });
      }
      await eventually(() => assert.ok(client.heard.length >= COUNT, `${client.heard.length} of ${COUNT}`), {
        timeoutMs: 8000,
      });
      assert.deepEqual(client.heard, expected);
      client.close();
    });
  }
});
