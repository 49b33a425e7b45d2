import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@longwire/testkit/servers';
import { openFileLimit } from '../measure/machine.ts';
import { findNchan } from './find-nchan.ts';
import { MissingPeerError, PEER_ROOM } from './peer.ts';
import type { Peer } from './peer.ts';

const READY_TRIES = 100;
const READY_PAUSE_MS = 50;
const SPARE_FILES = 200;

/** Nchan, nginx's module for publish and subscribe: one worker, one channel, messages posted over HTTP. */
export async function openNchan(): Promise<Peer> {
  const { program, module, env, version } = await findNchan();
  const folder = mkdtempSync(join(tmpdir(), 'longwire-bench-nchan-'));
  const port = await findFreePort();
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, configText({ folder, port, module }));
  const child = spawn(program, ['-p', folder, '-c', config], { env, stdio: 'ignore', detached: true });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  child.once('error', () => undefined);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const stop = async (): Promise<void> => {
    agent.destroy();
    kill();
    await closed;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await isListening(port))) {
    await stop();
    throw new MissingPeerError('nginx with Nchan does not start');
  }
  return { name: 'Nchan', version, dialect: 'plain', port, pid: child.pid ?? 0, publish: publisher(agent, port), stop };
}

function publisher(agent: Agent, port: number): (text: string) => void {
  return (text) => {
    const post = request({ agent, host: '127.0.0.1', port, path: '/publish', method: 'POST' }, (answer) =>
      answer.resume(),
    );
    // What is lost shows in what arrives.
    post.on('error', () => undefined);
    post.end(text);
  };
}

function configText({
  folder,
  port,
  module,
}: {
  readonly folder: string;
  readonly port: number;
  readonly module: string;
}) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
load_module ${module};
events { worker_connections ${openFileLimit() - SPARE_FILES}; }
http {
  access_log off;
  ${temporary.join(' ')}
  nchan_shared_memory_size 256M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = / { nchan_subscriber websocket; nchan_channel_id ${PEER_ROOM}; }
    location = /publish { nchan_publisher http; nchan_channel_id ${PEER_ROOM}; }
  }
}
`;
}

async function isListening(port: number): Promise<boolean> {
  for (let tries = 0; tries < READY_TRIES; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return true;
    await delay(READY_PAUSE_MS);
  }
  return false;
}
