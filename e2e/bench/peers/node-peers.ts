import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Peer } from './peer.ts';
import { spawnPeer } from './peer-process.ts';

const require = createRequire(import.meta.url);

/** `ws` alone: what a service writes first. */
export async function openBareWs(): Promise<Peer> {
  const server = await spawnServer('bare-ws-server.ts');
  const version = versionOf('ws');
  return { ...peerOf(server), name: 'bare ws', version: `ws ${version}`, dialect: 'plain' };
}

/** Socket.IO: what a service takes when it wants rooms and recovery. */
export async function openSocketIo(): Promise<Peer> {
  const server = await spawnServer('socket-io-server.ts');
  return { ...peerOf(server), name: 'Socket.IO', version: `socket.io ${versionOf('socket.io')}`, dialect: 'socket-io' };
}

function spawnServer(file: string) {
  return spawnPeer(process.execPath, [fileURLToPath(new URL(file, import.meta.url))]);
}

function peerOf(server: Awaited<ReturnType<typeof spawnPeer>>): Pick<Peer, 'port' | 'pid' | 'publish' | 'stop'> {
  return {
    port: server.port,
    pid: server.pid,
    publish: (text) => server.send(Buffer.from(text)),
    stop: () => server.stop(),
  };
}

function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string };
  return manifest.version;
}
