import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** `cut`: connections are reset and new ones refused. `frozen`: they stay open and nothing passes, as with a dead cable. */
export type LinkState = 'open' | 'cut' | 'frozen';

/** A TCP proxy in front of one address, for one user of it, that can fail as a network does. */
export class TcpLink {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #state: LinkState = 'open';

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => this.#join(near));
  }

  /** Resolves with the port to use instead of the target's. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      this.#server.once('listening', resolve);
      this.#server.once('error', reject);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  set(state: LinkState): void {
    // What a dead cable swallowed is not given out later: those connections are beyond repair.
    if (state === 'cut' || (state === 'open' && this.#state === 'frozen')) this.#resetAll();
    this.#state = state;
    if (state === 'frozen') for (const pair of this.#pairs) for (const socket of pair) socket.pause().unpipe();
  }

  close(): void {
    this.#server.close();
    this.#resetAll();
  }

  #join(near: Socket): void {
    if (this.#state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...this.#target, allowHalfOpen: true });
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      for (const socket of pair) if (!socket.destroyed) socket.resetAndDestroy();
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        if (near.destroyed && far.destroyed) this.#pairs.delete(pair);
      });
    }
    if (this.#state === 'frozen') return;
    near.pipe(far);
    far.pipe(near);
  }

  #resetAll(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
    this.#pairs.clear();
  }
}
