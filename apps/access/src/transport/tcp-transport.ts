import { createServer as createTcpServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import { ownSocket } from './socket-owner.ts';
import type { SocketOwner } from './socket-owner.ts';
import type { AcceptTransport, Transport, TransportHandler, TransportKind } from './transport.ts';

/** How long a client may take for its TLS handshake. */
export const TLS_HANDSHAKE_TIMEOUT_MS = 5000;

/** Frames over a plain or encrypted TCP stream. */
export class TcpTransport implements Transport, SocketOwner {
  readonly kind: TransportKind;
  readonly isMessageFramed = false;
  readonly #socket: Socket;
  #handler: TransportHandler | null = null;

  constructor(socket: Socket, kind: 'tcp' | 'tls') {
    this.#socket = socket;
    this.kind = kind;
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress ?? '';
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  attach(handler: TransportHandler): void {
    this.#handler = handler;
    ownSocket(this.#socket, this);
  }

  onData(chunk: Buffer): void {
    this.#handler?.onBytes(chunk);
  }

  onDrain(): void {
    this.#handler?.onDrain();
  }

  /** The socket ends its own half by itself. */
  onEnd(): void {}

  onClosed(): void {
    this.#handler?.onGone();
  }
}

/** Returns a server, not yet listening, that hands each TCP client to `accept`; with `tls` given, after its handshake. */
export function createTcpServerFor(accept: AcceptTransport, tls?: TlsOptions): Server {
  if (tls === undefined) {
    return createTcpServer({ noDelay: true }, (socket) => accept(new TcpTransport(socket, 'tcp')));
  }
  const options: TlsOptions = { ...tls, handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS };
  return createTlsServer(options, (socket) => {
    socket.setNoDelay(true);
    accept(new TcpTransport(socket, 'tls'));
  });
}
