import { connect } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, locateServer, startNats } from '@longwire/testkit/servers';
import { execFileSync } from 'node:child_process';
import { MissingPeerError, PEER_ROOM } from './peer.ts';
import type { Peer } from './peer.ts';

/** `nats-server` with its WebSocket door: viewers subscribe to the room's subject themselves. */
export async function openNatsPeer(): Promise<Peer> {
  const location = await locateServer('nats-server').catch((cause: unknown) => {
    throw new MissingPeerError(cause instanceof Error ? cause.message : 'no nats-server', { cause });
  });
  if (location.kind === 'url') throw new MissingPeerError('nats-server runs elsewhere (LONGWIRE_NATS_URL)');
  const folder = mkdtempSync(join(tmpdir(), 'longwire-bench-nats-'));
  const config = join(folder, 'nats.conf');
  const port = await findFreePort();
  writeFileSync(config, `websocket { host: "127.0.0.1", port: ${port}, no_tls: true }\n`);
  const server = await startNats({ jetstream: false, args: ['-c', config] });
  const publisher = connect({ host: '127.0.0.1', port: server.port, noDelay: true });
  publisher.on('data', (bytes: Buffer) => {
    if (bytes.includes('PING\r\n')) publisher.write('PONG\r\n');
  });
  publisher.on('error', () => undefined);
  publisher.write('CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1"}\r\n');
  const env = { ...process.env, ...location.env };
  return {
    name: 'nats-server',
    version: execFileSync(location.path, ['--version'], { env, encoding: 'utf8' }).trim(),
    dialect: 'nats',
    port,
    pid: server.pid,
    publish: (text) => void publisher.write(`PUB ${PEER_ROOM} ${Buffer.byteLength(text)}\r\n${text}\r\n`),
    async stop() {
      publisher.destroy();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
