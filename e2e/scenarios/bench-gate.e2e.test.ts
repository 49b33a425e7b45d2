import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { skipWithout } from '@longwire/testkit/servers';

const bench = fileURLToPath(new URL('../bench/main.ts', import.meta.url));
const skip = (await skipWithout('nats-server')) || (await skipWithout('redis-server'));
const MINUTES_MS = 60_000;

test('frames, bytes and CPU per delivery are what they were, within wide margins', { skip }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bench, '--gate'], {
    encoding: 'utf8',
    timeout: 5 * MINUTES_MS,
  });
  assert.equal(status, 0, `${stdout}\n${stderr.slice(-2000)}`);
});
