import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { whereIsLongwire } from '../where.mjs';
import { moderate } from './moderate.ts';
import { isGenuine } from './verify-webhook.ts';

interface Uplink {
  readonly type: string;
  readonly eventId: string;
  readonly userId: string;
  readonly rooms?: readonly string[];
  readonly data?: { readonly cmd?: unknown; readonly text?: unknown };
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_DONE = 10_000;
const secret = process.env['LONGWIRE_WEBHOOK_SECRET'] ?? '';
if (secret === '') throw new Error('LONGWIRE_WEBHOOK_SECRET is not set: it must be the one that Longwire signs with');
/** Events that were done with, newest last. The idempotency key of the push does the same across restarts. */
const done = new Set<string>();

async function push(target: object, payload: object, idempotencyKey: string): Promise<void> {
  // Read each time: Longwire may have been started after this.
  const { service, apiKey } = whereIsLongwire();
  const response = await fetch(`${service}/v1/push`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ target, payload, idempotencyKey }),
  });
  if (response.ok) return;
  const problem = `push: ${response.status} ${await response.text()}`;
  // Asking again can help only with these; the rest would hold up all that comes behind it.
  if (response.status === 429 || response.status >= 500) throw new Error(problem);
  console.error(problem);
}

/** What a viewer sent: shown to their room, or refused to them alone. */
async function take({ type, eventId, userId, rooms = [], data }: Uplink): Promise<void> {
  const [roomId] = rooms;
  if (type !== 'uplink' || data?.cmd !== 'SAY' || roomId === undefined || done.has(eventId)) return;
  const verdict = moderate(data.text);
  if ('text' in verdict) {
    await push({ kind: 'room', roomId }, { cmd: 'DANMU_MSG', name: userId, text: verdict.text }, eventId);
  } else if (userId !== '0') {
    await push({ kind: 'user', userIds: [userId] }, { cmd: 'REFUSED', reason: verdict.refused }, eventId);
  }
  done.add(eventId);
  const [oldest] = done;
  if (done.size > MAX_DONE && oldest !== undefined) done.delete(oldest);
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST' || request.url !== '/longwire') return void response.writeHead(404).end();
  const body = await readBody(request);
  if (body === undefined) return void response.writeHead(413).end();
  const signature = request.headers['longwire-signature'];
  if (!isGenuine(secret, Array.isArray(signature) ? undefined : signature, body))
    return void response.writeHead(401).end();
  const { events } = JSON.parse(body.toString()) as { readonly events: readonly Uplink[] };
  // One after the other: the order of a room is the order in which its pushes are answered.
  for (const event of events) await take(event);
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    // Longwire posts it again.
    response.writeHead(500).end();
  });
});
server.listen(Number(process.env['PORT'] ?? 7302), '127.0.0.1', () => {
  console.log(`webhooks go to http://127.0.0.1:${(server.address() as AddressInfo).port}/longwire`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
