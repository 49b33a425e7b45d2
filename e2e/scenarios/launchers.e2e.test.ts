import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { enter } from '../harness/audience.ts';
import { Longwire, spawnLongwire } from '../harness/launch.ts';
import type { Mode } from '../harness/launch.ts';
import { freePortOffset } from '../harness/port-offset.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const DOORS: Readonly<Record<Mode, { readonly processes: readonly string[]; readonly nodes: number }>> = {
  standalone: { processes: ['access-1', 'console-1', 'control-1', 'dispatch-1', 'logic-1', 'service-1'], nodes: 1 },
  cluster: {
    processes: [
      'access-1',
      'access-2',
      'access-3',
      'console-1',
      'control-1',
      'dispatch-1',
      'dispatch-2',
      'logic-1',
      'service-1',
    ],
    nodes: 3,
  },
};

for (const mode of ['standalone', 'cluster'] as const) {
  const args = mode === 'cluster' ? ['--access', '3'] : [];

  describe(mode, () => {
    test('says where everything is, every door answers, and SIGTERM ends all of it with exit code 0', async () => {
      await using longwire = await Longwire.launch({ mode, args, env: { LONGWIRE_API_KEY: 'my-own-key' } });
      const { report } = longwire;
      assert.equal(report.apiKey, 'my-own-key');
      assert.deepEqual(longwire.currentReport(), report);
      assert.equal(report.ws.length, DOORS[mode].nodes);
      assert.equal(report.tcp.length, DOORS[mode].nodes);
      assert.deepEqual(Object.keys(report.admin).toSorted(), DOORS[mode].processes);
      for (const url of Object.values(report.admin)) {
        for (const path of ['/healthz', '/readyz', '/metrics'])
          assert.equal((await fetch(url + path)).status, 200, url + path);
      }
      for (const url of [report.control, report.service]) {
        const api = (await (await fetch(`${url}/openapi.json`)).json()) as { openapi: string };
        assert.match(api.openapi, /^3\./);
      }
      assert.equal((await fetch(report.console)).status, 200);
      const viewer = await enter(longwire, { deviceId: 'd', roomId: '1', node: DOORS[mode].nodes - 1 });
      await longwire.api.mustPush({ kind: 'room', roomId: '1' }, { cmd: 'HELLO' });
      await viewer.untilReceived('HELLO');

      const pids = Object.values(longwire.currentReport().pids);
      const stoppedAt = performance.now();
      const exit = await longwire.stop();
      assert.equal(exit.code, 0, exit.stderr);
      // The contract's time. Both launchers end by force, in time for it, what does not end by itself.
      assert.ok(performance.now() - stoppedAt < 10_000);
      await eventually(() => viewer.isClosed);
      for (const pid of pids) assert.equal(isAlive(pid), false, `process ${pid} is left`);
      assert.equal(existsSync(join(longwire.stateDir, 'ready.json')), false);
    });

    test('a killed launcher leaves nothing running', async () => {
      await using longwire = await Longwire.launch({ mode, args });
      const pids = Object.values(longwire.currentReport().pids);
      process.kill(longwire.pid, 'SIGKILL');
      await longwire.exited;
      await eventually(() => pids.every((pid) => !isAlive(pid)), { what: 'every process gone' });
    });

    test('a taken port is one clear line that names it, exit code 1, and nothing left running', async () => {
      const offset = await freePortOffset();
      const squatter = createServer().listen(7200 + offset, '127.0.0.1');
      await once(squatter, 'listening');
      const started = await spawnLongwire({ mode, args, env: { LONGWIRE_PORT_OFFSET: String(offset) } });
      const exit = await started.exited;
      squatter.close();
      assert.equal(exit.code, 1);
      const complaints = exit.stderr.split('\n').filter((line) => line.includes('cannot start'));
      assert.equal(complaints.length, 1, exit.stderr);
      assert.match(complaints[0] ?? '', new RegExp(String(7200 + offset)));
      assert.equal(existsSync(join(started.stateDir, 'ready.json')), false);
    });

    test('a bad setting is named, and so is every other one', async () => {
      const env = {
        LONGWIRE_ACCESS_MAX_CONNECTIONS: 'many',
        LONGWIRE_DISPATCH_WINDOW: '5 parsecs',
        LONGWIRE_ACCESS_MAX_CONECTIONS: '5',
      };
      const started = await spawnLongwire({ mode, args, env });
      const exit = await started.exited;
      assert.equal(exit.code, 1);
      // A cluster finds out process by process: the first one that cannot start names what is wrong with it.
      const named = Object.keys(env).filter((name) => exit.stderr.includes(name));
      assert.ok(mode === 'standalone' ? named.length === 3 : named.length > 0, exit.stderr);
    });
  });
}

describe('cluster', () => {
  for (const [what, name] of [
    ['NATS', 'LONGWIRE_NATS_URL'],
    ['Redis', 'LONGWIRE_REDIS_URL'],
  ] as const) {
    test(`an unreachable ${what} is one clear line that names it, exit code 1`, async () => {
      const url = `${what.toLowerCase()}://127.0.0.1:9`;
      const started = await spawnLongwire({ mode: 'cluster', env: { [name]: url } });
      const exit = await started.exited;
      assert.equal(exit.code, 1);
      const complaints = exit.stderr.split('\n').filter((line) => line.includes('cannot start'));
      assert.equal(complaints.length, 1, exit.stderr);
      assert.match(complaints[0] ?? '', /127\.0\.0\.1:9/);
    });
  }

  test('an option that is not known, or no number, is one clear line', async () => {
    for (const args of [
      ['--acess', '3'],
      ['--access', 'three'],
      ['--access', '0'],
    ]) {
      const started = await spawnLongwire({ mode: 'cluster', args });
      const exit = await started.exited;
      assert.equal(exit.code, 1);
      assert.match(exit.stderr, /--acess|--access/);
    }
  });
});

test('the express log of standalone outlives the process', async () => {
  await using first = await Longwire.launch({ mode: 'standalone', env: { LONGWIRE_API_KEY: 'k' } });
  const messageId = await first.api.mustPush({ kind: 'user', userIds: ['absent'] }, { cmd: 'KEPT' });
  const file = join(first.stateDir, 'express-log.sqlite');
  assert.ok(readFileSync(file).length > 0);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  await using second = await Longwire.launch({
    mode: 'standalone',
    env: { LONGWIRE_API_KEY: 'k', LONGWIRE_STANDALONE_EXPRESS_FILE: file },
  });
  const viewer = await enter(second, { userId: 'absent', deviceId: 'd' });
  const [payload] = await viewer.untilReceived('KEPT');
  assert.deepEqual(payload?.['lw'], { id: messageId, ack: true });
  viewer.close();
});
