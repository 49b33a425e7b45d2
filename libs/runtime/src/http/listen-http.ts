import type { AddressInfo } from 'node:net';
import { listenFailure } from '../listen-failure.ts';
import type { HttpServer } from './http-server.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 is any free port. */
  readonly port: number;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
}

/** Opens the server's door. Rejects with an error that names host and port when the port is taken. */
export async function listenHttp(
  server: Pick<HttpServer, 'listen' | 'server'>,
  { host, port }: ListenOptions,
): Promise<Listening> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw listenFailure(cause, { host, port });
  }
  const { port: bound } = server.server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, port: bound };
}
