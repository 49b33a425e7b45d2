import { connect } from '@longwire/client';
import type { Client } from '@longwire/client';
import { whereIsLongwire } from '../where.mjs';

interface Messages {
  DANMU_MSG: { readonly name: string; readonly text: string };
}

const NAME = 'bot';
const roomId = process.argv[2] ?? '1000';
const { control, service, apiKey } = whereIsLongwire();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

async function call(url: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** The key makes a repeat harmless: what was said for one reason is said once. */
async function say(text: string, idempotencyKey: string): Promise<void> {
  const payload = { cmd: 'DANMU_MSG', name: NAME, text };
  await call(`${service}/v1/push`, { target: { kind: 'room', roomId }, payload, idempotencyKey });
}

function joinRoom(): { readonly client: Client<Messages>; readonly joined: Promise<void> } {
  const getToken = (): Promise<unknown> => call(`${control}/v1/connect`, { userId: NAME, deviceId: NAME, roomId });
  const client = connect<Messages>({ getToken, platform: NAME, signal: stop.signal });
  let online = 0;
  client.when('online', (event) => (online = event.online));
  client.on('DANMU_MSG', async ({ payload, place }) => {
    if (payload.name === NAME || payload.text !== '!online') return;
    await say(`${online} of us here`, `online-${roomId}-${place?.epoch}-${place?.seq}`);
  });
  // Handlers first, the room after: nothing that is said in between is missed.
  const joined = client.join(roomId).then((outcome) => {
    if (outcome.ok) online = outcome.online;
  });
  return { client, joined };
}

interface Enter {
  readonly eventId: string;
  readonly roomId: string;
  readonly userId: string;
}

/** Greets who enters. The stream is read from where it ended when it has to be opened again; events may come twice. */
async function greet(): Promise<void> {
  let lastId = '';
  while (!stop.signal.aborted) {
    try {
      for await (const { id, event } of enters(lastId)) {
        lastId = id;
        if (event.roomId !== roomId || event.userId === NAME || event.userId === '0') continue;
        await say(`welcome, ${event.userId}!`, `greet-${event.eventId}`);
      }
    } catch (error) {
      if (!stop.signal.aborted) console.error(error instanceof Error ? error.message : error);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000 * Math.random()));
  }
}

async function* enters(lastId: string): AsyncGenerator<{ readonly id: string; readonly event: Enter }> {
  const headers: Record<string, string> = { authorization: `Bearer ${apiKey}` };
  if (lastId !== '') headers['last-event-id'] = lastId;
  const response = await fetch(`${service}/v1/events?types=room.enter`, { headers, signal: stop.signal });
  if (!response.ok || response.body === null) throw new Error(`events: ${response.status}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(': ready')) console.log(`the bot is in room ${roomId}`);
      const id = /^id: (.+)$/m.exec(block)?.[1];
      const data = /^data: (.+)$/m.exec(block)?.[1];
      if (id !== undefined && data !== undefined) yield { id, event: JSON.parse(data) as Enter };
    }
  }
}

const { client, joined } = joinRoom();
await joined;
const greeting = greet();
const { code, reason } = await client.closed;
if (!stop.signal.aborted) console.error(`closed for good: ${code} ${reason}`);
stop.abort();
await greeting;
