import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import { TLS_HANDSHAKE_TIMEOUT_MS } from './tcp-transport.ts';
import type { AcceptTransport } from './transport.ts';
import { WebSocketTransport } from './websocket-transport.ts';
import { answerToUpgrade, refuse } from './websocket/upgrade.ts';

/** The one path that is upgraded. */
export const WEBSOCKET_PATH = '/sub';

/** A client must have sent its upgrade request by then. */
const REQUEST_TIMEOUT_MS = 5000;
/** A refused client may take so long to read why. */
const REFUSAL_LINGER_MS = 2000;

/** Returns a server, not yet listening, that upgrades `/sub` and hands each client to `accept`; with TLS when given. */
export function createWebSocketServerFor(accept: AcceptTransport, tls?: TlsOptions): Server {
  const kind = tls === undefined ? 'ws' : 'wss';
  const limits: ServerOptions = {
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 8192,
  };
  const server =
    tls === undefined
      ? createHttpServer(limits, refuseRequest)
      : createHttpsServer({ ...limits, ...tls, handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS }, refuseRequest);
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Both servers hand over what they accepted.
    const socket = stream as Socket;
    const { isUpgraded, text } = isUpgradePath(request.url) ? answerToUpgrade(request) : refuse('404 Not Found');
    if (!isUpgraded) {
      endWith(socket, text);
      return;
    }
    socket.setNoDelay(true);
    socket.write(text, 'latin1');
    if (head.length > 0) socket.unshift(head);
    accept(new WebSocketTransport(socket, kind));
  });
  return server;
}

function endWith(socket: Socket, text: string): void {
  socket.on('error', ignoreError);
  socket.setTimeout(REFUSAL_LINGER_MS, () => socket.destroy());
  socket.end(text, 'latin1', () => socket.destroy());
}

/** A reset: the socket closes by itself. */
function ignoreError(): void {}

function isUpgradePath(url: string | undefined): boolean {
  return url === WEBSOCKET_PATH || url?.startsWith(`${WEBSOCKET_PATH}?`) === true;
}

function refuseRequest(request: IncomingMessage, response: ServerResponse): void {
  const status = isUpgradePath(request.url) ? 426 : 404;
  response.writeHead(status, { connection: 'close', ...(status === 426 ? { upgrade: 'websocket' } : {}) }).end();
}
