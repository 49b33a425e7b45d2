import type { Server } from 'node:net';
import type { Logger } from '@longwire/runtime';
import { Listener } from './listener.ts';
import { createTcpServerFor } from './tcp-transport.ts';
import { CertificateKeeper } from './tls.ts';
import type { Certificate, CertificateFiles } from './tls.ts';
import { TRANSPORT_KINDS } from './transport.ts';
import type { AcceptTransport, TransportKind } from './transport.ts';
import { createWebSocketServerFor } from './websocket-server.ts';

export interface ListenerGroupOptions {
  readonly host: string;
  readonly ports: Readonly<Record<TransportKind, number>>;
  readonly hasPlain: boolean;
  /** Several nodes of the machine listen on these ports. */
  readonly reusePort: boolean;
  /** Null: no TLS. */
  readonly certificate: CertificateFiles | null;
  readonly maxSockets: number;
  readonly accept: AcceptTransport;
  readonly logger: Logger;
  readonly onReload: (outcome: 'replaced' | 'failed') => void;
}

/** All ports of a node: opened together, paused and opened again for a drain, one certificate for those with TLS. */
export class ListenerGroup {
  readonly #options: ListenerGroupOptions;
  readonly #keeper: CertificateKeeper | null;
  readonly #listeners = new Map<TransportKind, Listener>();
  #isStopped = false;

  constructor(options: ListenerGroupOptions) {
    this.#options = options;
    this.#keeper =
      options.certificate === null
        ? null
        : new CertificateKeeper({
            files: options.certificate,
            apply: (context) => {
              for (const listener of this.#listeners.values()) listener.setSecureContext(context);
            },
            onOutcome: (outcome, err) => {
              options.onReload(outcome);
              if (outcome === 'failed') options.logger.warn({ err }, 'tls-reload-failed');
              else options.logger.info('tls-certificate-replaced');
            },
          });
  }

  get hasTls(): boolean {
    return this.#keeper !== null;
  }

  /** The bound port; null when this transport is not offered. */
  portOf(kind: TransportKind): number | null {
    return this.#listeners.get(kind)?.port ?? null;
  }

  /** Every port is open. */
  get isOpen(): boolean {
    return [...this.#listeners.values()].every(({ isListening }) => isListening);
  }

  /** Opens every port; when one cannot be opened, rejects naming it, with none left open. */
  async start(): Promise<void> {
    const certificate = this.#keeper === null ? null : await this.#keeper.load();
    for (const kind of TRANSPORT_KINDS) {
      const server = this.#createServer(kind, certificate);
      if (server !== null) this.#listeners.set(kind, this.#listenWith(kind, server));
    }
    try {
      await this.resume();
    } catch (caught) {
      this.stop();
      throw caught;
    }
  }

  /** Takes no new clients; those that are here stay. */
  pause(): void {
    for (const listener of this.#listeners.values()) listener.pause();
  }

  /** Opens the ports again that are not open. */
  async resume(): Promise<void> {
    for (const listener of this.#listeners.values()) {
      if (!this.#isStopped) await listener.open();
    }
  }

  /** Looks whether the certificate has changed on disk. Never rejects. */
  async reloadCertificate(): Promise<void> {
    await this.#keeper?.reload();
  }

  stop(): void {
    this.#isStopped = true;
    for (const listener of this.#listeners.values()) listener.stop();
  }

  #createServer(kind: TransportKind, certificate: Certificate | null): Server | null {
    const { hasPlain, accept } = this.#options;
    switch (kind) {
      case 'ws':
        return hasPlain ? createWebSocketServerFor(accept) : null;
      case 'tcp':
        return hasPlain ? createTcpServerFor(accept) : null;
      case 'wss':
        return certificate === null ? null : createWebSocketServerFor(accept, certificate);
      case 'tls':
        return certificate === null ? null : createTcpServerFor(accept, certificate);
    }
  }

  #listenWith(kind: TransportKind, server: Server): Listener {
    const { host, ports, reusePort, maxSockets, logger } = this.#options;
    return new Listener({
      kind,
      host,
      port: ports[kind],
      isShared: reusePort,
      maxSockets,
      server,
      onAcceptError: (err) => logger.warn({ err, transport: kind }, 'accept-failed'),
    });
  }
}
