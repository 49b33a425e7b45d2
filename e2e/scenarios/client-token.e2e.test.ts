import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { enterWithClient } from '../harness/client-audience.ts';
import { openLinks, through } from '../harness/faulty-link.ts';
import { Longwire } from '../harness/launch.ts';

const TOKEN_TTL_MS = 5_000;

test('an expired token on a device whose clock is behind: a new one, and back', async () => {
  const longwire = await Longwire.launch({
    mode: 'standalone',
    env: { LONGWIRE_CONTROL_TOKEN_TTL: `${TOKEN_TTL_MS / 1000}s` },
  });
  const links = await openLinks(longwire);
  let tickets = 0;
  let expiresAt = 0;
  const viewer = await enterWithClient(longwire, {
    userId: 'expired',
    rooms: ['r'],
    ticket: (answer) => {
      tickets += 1;
      expiresAt = answer.expiresAt;
      return { ...through(links)(answer), expiresAt: Number.MAX_SAFE_INTEGER };
    },
  });
  await eventually(() => Date.now() > expiresAt, { timeoutMs: 2 * TOKEN_TTL_MS });
  for (const link of links.values()) link.cut();
  await viewer.until('noticed', () => viewer.client.state.kind !== 'live');
  await viewer.until('back', () => viewer.client.state.kind === 'live');
  assert.equal(tickets, 2);
  viewer.client.close();
  await viewer.client.closed;
  for (const link of links.values()) link.close();
  await longwire.stop();
});
