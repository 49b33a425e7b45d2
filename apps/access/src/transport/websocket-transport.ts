import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { MAX_CLIENT_WS_MESSAGE_BYTES } from '@longwire/wire';
import { WebSocket, WebSocketServer } from 'ws';
import type { RawData } from 'ws';
import { TLS_HANDSHAKE_TIMEOUT_MS } from './tcp-transport.ts';
import type { AcceptTransport, Transport, TransportHandler, TransportKind } from './transport.ts';

/** The one path that is upgraded. */
export const WEBSOCKET_PATH = '/sub';

/** A client must have sent its upgrade request by then. */
const REQUEST_TIMEOUT_MS = 5000;
/** Pings are answered only while less than this is unsent: a client that pings and never reads costs no memory. */
const PONG_MARK_BYTES = 16 * 1024;
const STATUS_MESSAGE_TOO_BIG = 1009;

/** `ws` closes a message above its limit with 1009 by itself; the contract says 4501 (and op 25) for that. */
class ServerWebSocket extends WebSocket {
  onOversize: (() => void) | null = null;

  override close(code?: number, reason?: string | Buffer): void {
    if (code === STATUS_MESSAGE_TOO_BIG && this.onOversize !== null) this.onOversize();
    else super.close(code, reason);
  }
}

/**
 * Frames in binary WebSocket messages. `ws` reads and does the closing handshake; writes go past it to the stream, as
 * whole messages that were framed once for all members of a room: 9.0 instead of 10.5 us each.
 */
export class WebSocketTransport implements Transport {
  readonly kind: TransportKind;
  readonly isMessageFramed = true;
  readonly remoteAddress: string;
  readonly #socket: Duplex;
  readonly #webSocket: ServerWebSocket;

  constructor(webSocket: ServerWebSocket, socket: Duplex, kind: 'ws' | 'wss') {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.kind = kind;
    this.remoteAddress = (socket as Socket).remoteAddress ?? '';
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  destroy(): void {
    this.#webSocket.terminate();
  }

  attach(handler: TransportHandler): void {
    const webSocket = this.#webSocket;
    webSocket.onOversize = () => handler.onFault('frameLength');
    webSocket.on('message', (data: RawData, isBinary: boolean) => {
      // With binaryType nodebuffer (the default) a message is always one Buffer.
      if (isBinary) handler.onBytes(data as Buffer);
      else handler.onFault('notBinary');
    });
    webSocket.on('ping', (data: Buffer) => {
      if (this.#socket.writableLength < PONG_MARK_BYTES) webSocket.pong(data);
    });
    this.#socket.on('drain', () => handler.onDrain());
    webSocket.on('close', () => handler.onGone());
    // A broken WebSocket frame or a reset: `ws` closes by itself and `close` follows.
    webSocket.on('error', ignoreError);
  }
}

function ignoreError(): void {}

/** Returns a server, not yet listening, that upgrades `/sub` and hands each client to `accept`; with TLS when given. */
export function createWebSocketServerFor(accept: AcceptTransport, tls?: TlsOptions): Server {
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_WS_MESSAGE_BYTES,
    skipUTF8Validation: true,
    autoPong: false,
    WebSocket: ServerWebSocket,
  });
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
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', ignoreError);
    if (!isUpgradePath(request.url)) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => socket.destroy());
      return;
    }
    upgrader.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', ignoreError);
      accept(new WebSocketTransport(webSocket, socket, kind));
    });
  });
  return server;
}

function isUpgradePath(url: string | undefined): boolean {
  return url === WEBSOCKET_PATH || url?.startsWith(`${WEBSOCKET_PATH}?`) === true;
}

function refuseRequest(request: IncomingMessage, response: ServerResponse): void {
  const status = isUpgradePath(request.url) ? 426 : 404;
  response.writeHead(status, { connection: 'close', ...(status === 426 ? { upgrade: 'websocket' } : {}) }).end();
}
