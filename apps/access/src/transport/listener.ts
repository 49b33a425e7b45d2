import { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import { Server as HttpsServer } from 'node:https';
import { listenFailure } from '@longwire/runtime';
import type { TransportKind } from './transport.ts';

export interface ListenerOptions {
  readonly kind: TransportKind;
  readonly host: string;
  /** 0 takes any free port, and keeps it over {@link Listener.pause}. */
  readonly port: number;
  /** Shares the port with other processes that do so too. */
  readonly isShared: boolean;
  /** Sockets above this are dropped unheard; the gate's own bound answers before. */
  readonly maxSockets: number;
  readonly server: Server;
  /** A client could not be accepted, for want of file handles for instance; the listener goes on. */
  readonly onAcceptError: (cause: Error) => void;
}

/** One listening port. Pausing it refuses new clients and leaves the ones it has accepted alone. */
export class Listener {
  readonly kind: TransportKind;
  readonly #host: string;
  readonly #isShared: boolean;
  readonly #server: Server;
  /** Sockets of TLS servers, which may hang in their handshake where nobody else knows of them. */
  readonly #sockets = new Set<Socket>();
  #port: number;

  constructor(options: ListenerOptions) {
    this.kind = options.kind;
    this.#host = options.host;
    this.#isShared = options.isShared;
    this.#port = options.port;
    this.#server = options.server;
    this.#server.maxConnections = options.maxSockets;
    this.#server.on('error', (cause) => {
      if (this.#server.listening) options.onAcceptError(cause);
    });
    if (this.#isTls()) this.#trackSockets();
  }

  get port(): number {
    return this.#port;
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  /** Resolves when clients can connect; rejects naming the port when that is not possible. Does nothing when open. */
  async open(): Promise<void> {
    if (this.#server.listening) return;
    await new Promise<void>((resolve, reject) => {
      const fail = (cause: Error): void => {
        reject(listenFailure(cause, { host: this.#host, port: this.#port }));
      };
      this.#server.once('error', fail);
      const address = { host: this.#host, port: this.#port, backlog: 4096, reusePort: this.#isShared };
      this.#server.listen(address, () => {
        this.#server.off('error', fail);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Stops listening at once. Clients that were accepted stay. */
  pause(): void {
    if (!this.#server.listening) return;
    this.#server.close();
    if (this.#server instanceof HttpServer || this.#server instanceof HttpsServer) this.#server.closeIdleConnections();
  }

  /** Stops listening and cuts what is still in a handshake. Upgraded clients must have been closed before. */
  stop(): void {
    this.pause();
    if (this.#server instanceof HttpServer || this.#server instanceof HttpsServer) this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** New handshakes use these; connections that are up are not touched. Throws when they are not usable. */
  setSecureContext(options: SecureContextOptions): void {
    if (this.#server instanceof TlsServer || this.#server instanceof HttpsServer)
      this.#server.setSecureContext(options);
  }

  #isTls(): boolean {
    return this.#server instanceof TlsServer || this.#server instanceof HttpsServer;
  }

  #trackSockets(): void {
    const sockets = this.#sockets;
    function forget(this: Socket): void {
      sockets.delete(this);
    }
    this.#server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', forget);
    });
  }
}
