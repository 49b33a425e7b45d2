import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { History } from '../history/history.ts';
import { Business } from './business.ts';

type Answer = 'cut' | { readonly status: number; readonly body?: Record<string, unknown> };

const ACCEPTED: Answer = { status: 202, body: { messageId: 'm1', acceptedAt: 1 } };
const LIMITED: Answer = { status: 429, body: { code: 'rate-limited' } };

/** Pushes once at a service that gives these answers, one after the other; tells what was asked and what became of it. */
async function pushAt(answers: readonly Answer[]) {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const answer = answers[keys.length] ?? { status: 500 };
      keys.push((JSON.parse(text) as Record<string, unknown>)['idempotencyKey']);
      if (answer === 'cut') return void request.socket.destroy();
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // A clock that stands still: it never gives up, however slow the machine.
    const business = new Business({ serviceUrls: [url], controlUrls: [url], apiKey: 'k', now: () => 0 });
    const history = new History();
    const messageId = await business.push(history, { target: { kind: 'user', userId: 'u1' } });
    return { keys, messageId, outcome: history.pushes[0]?.outcome };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test('a 429 refuses a push that nobody can have taken', async () => {
  const { keys, messageId, outcome } = await pushAt([LIMITED]);
  assert.deepEqual([keys.length, messageId, outcome], [1, undefined, 'refused']);
});

test('a 429 says nothing of an attempt before it whose outcome is unknown: the same push is made until it is answered', async () => {
  const unknown: readonly Answer[] = ['cut', { status: 503 }, { status: 409, body: { code: 'in-progress' } }];
  for (const first of unknown) {
    const { keys, messageId, outcome } = await pushAt([first, LIMITED, LIMITED, ACCEPTED]);
    assert.deepEqual([keys.length, messageId, outcome], [4, 'm1', 'accepted']);
    assert.equal(new Set(keys).size, 1, 'one idempotency key for all attempts');
  }
});

test('a refusal that is not for now stands, also after an attempt of unknown outcome', async () => {
  const { keys, outcome } = await pushAt(['cut', { status: 400, body: { code: 'invalid-request' } }]);
  assert.deepEqual([keys.length, outcome], [2, 'refused']);
});
