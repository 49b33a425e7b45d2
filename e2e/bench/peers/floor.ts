import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findCompiler } from './find-compiler.ts';
import { serverWsFrame, WS_TEXT } from '../load/ws-frames.ts';
import { MissingPeerError } from './peer.ts';
import type { Peer } from './peer.ts';
import { spawnPeer } from './peer-process.ts';

const run = promisify(execFile);
const SOURCE = fileURLToPath(new URL('floor.c', import.meta.url));
const BUILD_FOLDER = fileURLToPath(new URL('../../../.cache/bench', import.meta.url));

/** The price the kernel asks: a C program that does nothing but `send` one prebuilt frame to each connection. */
export async function openFloor(): Promise<Peer> {
  if (process.platform !== 'linux') throw new MissingPeerError('the C floor uses epoll, which Linux alone has');
  const compiler = findCompiler();
  if (compiler === undefined) throw new MissingPeerError('the C floor needs a compiler on PATH (cc, gcc or clang)');
  mkdirSync(BUILD_FOLDER, { recursive: true });
  const program = join(BUILD_FOLDER, 'floor');
  try {
    await run(compiler, ['-O2', '-o', program, SOURCE]);
  } catch (cause) {
    throw new MissingPeerError(`the C floor does not compile with ${compiler}`, { cause });
  }
  const { stdout } = await run(compiler, ['--version']);
  const server = await spawnPeer(program, []);
  return {
    name: 'C floor',
    version: stdout.split('\n')[0] ?? compiler,
    dialect: 'plain',
    port: server.port,
    pid: server.pid,
    publish: (text) => server.send(serverWsFrame(Buffer.from(text), WS_TEXT)),
    stop: () => server.stop(),
  };
}
