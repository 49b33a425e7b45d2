import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LinkReply, LinkRequest } from './link-worker.ts';
import type { LinkState } from './tcp-link.ts';

interface Link {
  readonly id: number;
  readonly from: string;
  readonly to: string;
}

/**
 * The network between the processes: one proxy for each pair of a process and what it calls, so that any of them can be
 * cut off from any other. Runs in a thread of its own: the load the suite makes does not slow the network down.
 */
export class LinkFabric {
  readonly #worker = new Worker(new URL('./link-worker.ts', import.meta.url));
  readonly #waiting = new Map<number, (reply: LinkReply) => void>();
  readonly #links: Link[] = [];

  constructor() {
    this.#worker.on('message', (reply: LinkReply) => {
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
  }

  /** Returns the port by which `from` reaches the address of `to`. */
  async link(from: string, to: string, port: number): Promise<number> {
    const id = this.#links.length;
    this.#links.push({ id, from, to });
    const replied = new Promise<LinkReply>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ type: 'open', id, host: '127.0.0.1', port });
    const reply = await replied;
    if ('error' in reply) throw new Error(`no link from ${from} to ${to}: ${reply.error}`);
    return reply.port;
  }

  /** Sets the links of a process, both those it calls by and those it is called by; or only those to one other. */
  set(name: string, state: LinkState, other?: string): void {
    const ids = this.#links
      .filter(({ from, to }) => (from === name && (other ?? to) === to) || (to === name && (other ?? from) === from))
      .map(({ id }) => id);
    this.#send({ type: 'set', ids, state });
  }

  async close(): Promise<void> {
    const exited = once(this.#worker, 'exit');
    this.#send({ type: 'close' });
    await exited;
  }

  #send(request: LinkRequest): void {
    this.#worker.postMessage(request);
  }
}
