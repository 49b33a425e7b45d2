import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { ClientEvent } from '@longwire/domain';
import { eventually, fakeClock } from '@longwire/testkit';
import { createWebhookSink } from './webhook-sink.ts';
import { signBody } from './webhook-signature.ts';

const uplink: ClientEvent = {
  type: 'uplink',
  eventId: 'up/1',
  userId: trustedId('42'),
  deviceId: trustedId('d1'),
  connectionId: trustedId('c1'),
  rooms: [trustedId('r1')],
  data: { text: '弹幕' },
  at: 5,
};
const noSignal = new AbortController().signal;
const clock = fakeClock();

interface Post {
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A receiver that notes posts and answers with what the test has set; null never answers. */
async function openReceiver(timeoutMs = 60_000) {
  const posts: Post[] = [];
  const answer: { status: number | null; location?: string } = { status: 204 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      if (answer.status === null) return;
      response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location });
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { posts, answer, url, sink: createWebhookSink({ url, secret: 'key', timeoutMs, clock }) };
}

describe('the webhook', () => {
  test('posts events as the contract shows them, signed over the time and the body', async () => {
    const { sink, posts } = await openReceiver();
    await sink.deliver({ events: [uplink], isGap: true }, noSignal);
    const [post] = posts;
    assert.ok(post !== undefined);
    const { type, ...rest } = uplink;
    assert.deepEqual(JSON.parse(post.body), { gap: true, events: [{ type, ...rest }] });
    const [, seconds = '', digest] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(post.headers['longwire-signature'])) ?? [];
    assert.equal(Number(seconds), clock.now() / 1000);
    assert.equal(digest, createHmac('sha256', 'key').update(`${seconds}.${post.body}`).digest('hex'));
    assert.equal(post.headers['content-type'], 'application/json');
  });

  test('takes anything but 2xx, a redirect too, as a refusal', async () => {
    const { sink, posts, answer, url } = await openReceiver();
    for (const status of [301, 302, 400, 404, 429, 500, 503]) {
      Object.assign(answer, { status, location: status < 400 ? url : undefined });
      await assert.rejects(sink.deliver({ events: [uplink], isGap: false }, noSignal), new RegExp(String(status)));
    }
    assert.equal(posts.length, 7);
    for (const status of [200, 202, 299]) {
      Object.assign(answer, { status, location: undefined });
      await sink.deliver({ events: [uplink], isGap: false }, noSignal);
    }
  });

  test('gives up on a receiver that never answers after the timeout', async () => {
    const { sink, answer } = await openReceiver(50);
    answer.status = null;
    await assert.rejects(sink.deliver({ events: [uplink], isGap: false }, noSignal));
  });

  test('gives up on a receiver that never answers when told to', async () => {
    const { sink, answer, posts } = await openReceiver();
    answer.status = null;
    const stopping = new AbortController();
    const delivering = sink.deliver({ events: [uplink], isGap: false }, stopping.signal);
    await eventually(() => posts.length === 1);
    stopping.abort(new Error('told to'));
    await assert.rejects(delivering, /told to/);
  });

  test('rejects when nobody listens', async () => {
    const sink = createWebhookSink({ url: 'http://127.0.0.1:1/', secret: 'key', timeoutMs: 1000, clock });
    await assert.rejects(sink.deliver({ events: [uplink], isGap: false }, noSignal));
  });

  test('another body, time or key has another signature', () => {
    const signatures = [
      signBody('k', '{}', 1000),
      signBody('k', '{ }', 1000),
      signBody('k', '{}', 2000),
      signBody('l', '{}', 1000),
    ];
    assert.equal(new Set(signatures).size, 4);
  });
});
