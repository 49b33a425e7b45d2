import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { skipWithout } from '@longwire/testkit/servers';

const bench = fileURLToPath(new URL('../bench/main.ts', import.meta.url));
const skip = (await skipWithout('nats-server')) || (await skipWithout('redis-server'));
/** It takes one to two minutes; this ends it before the test's own limit, so that what it has said is seen. */
const GIVE_UP_MS = 280_000;

test('frames, bytes and CPU per delivery are what they were, within wide margins', { skip }, () => {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [bench, '--gate'], {
    encoding: 'utf8',
    timeout: GIVE_UP_MS,
  });
  assert.equal(status, 0, `${signal ?? ''}\n${stdout}\n${stderr.slice(-2000)}`);
});
