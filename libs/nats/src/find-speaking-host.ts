import { connect } from 'node:net';
import type { Clock } from '@longwire/domain';

export interface FindHostOptions {
  /** Over all hosts. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** [0, 1); processes begin at different hosts, so that they spread over a cluster. */
  readonly random: () => number;
}

/**
 * The first host, from a random one on, that greets as a NATS server does. Rejects with the last reason when none does in
 * time. The NATS client never frees a socket on which no greeting came, so it is only sent where one was heard.
 */
export async function findSpeakingHost(hosts: readonly string[], options: FindHostOptions): Promise<string> {
  const { timeoutMs, clock, random } = options;
  const first = Math.floor(random() * hosts.length);
  let last = new Error('no host is given');
  for (const host of [...hosts.slice(first), ...hosts.slice(0, first)]) {
    try {
      await hearGreeting(host, timeoutMs / hosts.length, clock);
      return host;
    } catch (error) {
      last = error instanceof Error ? error : new Error('unknown');
    }
  }
  throw last;
}

function hearGreeting(host: string, timeoutMs: number, clock: Clock): Promise<void> {
  const { hostname, port } = new URL(`nats://${host}`);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  const timer = clock.after(timeoutMs, () => reject(new Error('no greeting came')));
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    if (text.startsWith('INFO ')) resolve();
    else if (text.length >= 5) reject(new Error('what listens there is not NATS'));
  });
  socket.on('error', (error: NodeJS.ErrnoException) => reject(new Error(reasonOf(error), { cause: error })));
  socket.on('close', () => reject(new Error('the connection was closed')));
  return promise.finally(() => {
    timer.cancel();
    socket.destroy();
  });
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'connection refused';
  return error.code === 'ENOTFOUND' ? 'the host name is not known' : (error.code ?? error.message);
}
