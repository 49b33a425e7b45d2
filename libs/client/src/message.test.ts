import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startClient, stopClient } from '../test/test-client.ts';
import type { TestClient } from '../test/test-client.ts';

/** Checked by the compiler, never called. */
function typesHold({ client }: TestClient): void {
  client.on('SAY', ({ payload }) => payload.n.toFixed());
  // @ts-expect-error SAY has no `from`.
  client.on('SAY', ({ payload }) => payload.from);
  // @ts-expect-error no such cmd in the map.
  client.on('OTHER', () => undefined);
  client.on(['SAY', 'INVITE'], ({ payload }) => (payload.cmd === 'SAY' ? payload.n : payload.from));
}

test('messages have the types of the map', async () => {
  const started = await startClient();
  assert.equal(typesHold(started), undefined);
  await stopClient(started);
});

test('at most 16 rooms, and a room that is refused is wanted no more', async () => {
  const started = await startClient();
  const { client, cluster, events, pass } = started;
  for (let n = 2; n <= 16; n += 1) assert.equal((await client.join(`r${n}`)).ok, true);
  assert.deepEqual(await client.join('one-more'), { ok: false, code: -429, reason: 'too many rooms' });
  client.leave('r16');
  cluster.refuseJoins = [-429, -403];
  const outcome = client.join('secret');
  await pass(1_000);
  assert.deepEqual(await outcome, { ok: false, code: -403, reason: '' });
  assert.ok(!client.rooms.includes('secret'));
  assert.equal(events.fault.at(-1)?.kind, 'room');
  await stopClient(started);
});
