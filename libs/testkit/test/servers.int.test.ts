import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { exchange } from '../src/servers/exchange.ts';
import { skipWithout, startNats, startRedis } from '../src/servers.ts';
import type { RunningServer } from '../src/servers.ts';

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isOpen;
}

async function untilGone(port: number): Promise<void> {
  while (await isListening(port)) await delay(20);
}

const ping = { 'nats-server': 'CONNECT {"verbose":false}\r\nPING\r\n', 'redis-server': 'PING\r\n' } as const;
const start = { 'nats-server': startNats, 'redis-server': startRedis } as const;

for (const name of ['nats-server', 'redis-server'] as const) {
  const skip = await skipWithout(name);
  const answers = (server: RunningServer) => exchange(server.port, ping[name], /PONG/);

  describe(name, { skip }, () => {
    test('answers as soon as start resolves, and is gone after stop, twice', async () => {
      const server = await start[name]();
      await answers(server);
      if (server.isExternal) return;
      await server.stop();
      await server.stop();
      assert.equal(await isListening(server.port), false);
    });

    test('two run side by side', async () => {
      const servers = await Promise.all([start[name](), start[name]()]);
      await Promise.all(servers.map(answers));
      await Promise.all(servers.map((server) => server.stop()));
    });

    test('comes back on the same port after a kill', async (t) => {
      const first = await start[name]();
      if (first.isExternal) return t.skip('an external server cannot be killed');
      await first.kill();
      const second = await start[name]({ port: first.port });
      await answers(second);
      await Promise.all([first.stop(), second.stop()]);
    });

    test('a paused one answers once it is resumed', async (t) => {
      const server = await start[name]();
      if (server.isExternal) return t.skip('an external server cannot be paused');
      server.pause();
      const answer = answers(server);
      server.resume();
      await answer;
      await server.stop();
    });

    test('says why it could not start', async (t) => {
      const first = await start[name]();
      if (first.isExternal) return t.skip('an external server is not started');
      await assert.rejects(start[name]({ port: first.port }), /address already in use/i);
      await first.stop();
    });

    test('does not outlive a process that was killed', async (t) => {
      const door = new URL('../src/servers.ts', import.meta.url).href;
      const call = name === 'nats-server' ? 'startNats' : 'startRedis';
      const code = `import { ${call} } from '${door}'; const s = await ${call}(); console.log(s.isExternal ? '0' : String(s.port)); setInterval(() => {}, 1e6);`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await Promise.race([
        once(createInterface(child.stdout), 'line'),
        once(child, 'exit').then(() => assert.fail('the child ended before its server was up')),
      ])) as [string];
      child.kill('SIGKILL');
      if (Number(line) === 0) return t.skip('an external server is not ours to end');
      await untilGone(Number(line));
    });
  });
}

test(
  'JetStream keeps its folder across a restart when it is given one',
  { skip: await skipWithout('nats-server') },
  async (t) => {
    const storeDir = mkdtempSync(join(tmpdir(), 'longwire-store-'));
    const server = await startNats({ storeDir });
    if (server.isExternal) return t.skip('an external server keeps its own folder');
    await server.stop();
    assert.ok(existsSync(join(storeDir, 'jetstream')));
    assert.ok(readdirSync(storeDir).length > 0);
    rmSync(storeDir, { recursive: true });
  },
);
