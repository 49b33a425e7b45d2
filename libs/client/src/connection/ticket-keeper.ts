import type { ClientClock } from '../clock.ts';
import { parseTicket } from '../ticket.ts';
import type { GetToken, Ticket } from '../ticket.ts';
import type { NodeList } from './node-list.ts';

const ANSWER_MS = 10_000;

/** Keeps the ticket for as long as it is of use, and asks for another when it is not. */
export class TicketKeeper {
  readonly #getToken: GetToken;
  readonly #clock: ClientClock;
  readonly #nodes: NodeList;
  #ticket: Ticket | undefined;

  constructor(getToken: GetToken, clock: ClientClock, nodes: NodeList) {
    this.#getToken = getToken;
    this.#clock = clock;
    this.#nodes = nodes;
  }

  /** The server said that it has expired. */
  drop(): void {
    this.#ticket = undefined;
  }

  /**
   * The ticket at hand, or a new one when it has expired or every node of its list has failed. A new one is used whatever
   * this device's clock says. Rejects as `getToken` does, unless the old one is still good: then all its nodes are tried again.
   */
  async get(signal: AbortSignal): Promise<Ticket> {
    const old = this.#ticket;
    const isGood = old !== undefined && this.#clock.now() < old.expiresAt;
    if (isGood && !this.#nodes.isExhausted) return old;
    try {
      this.#ticket = parseTicket(await this.#ask(signal));
      this.#nodes.replace(this.#ticket.nodes, this.#ticket.listVersion);
      return this.#ticket;
    } catch (error) {
      if (!isGood || signal.aborted) throw error;
      this.#nodes.forgive();
      return old;
    }
  }

  /** Does not wait for a `getToken` that ignores its signal. */
  #ask(signal: AbortSignal): Promise<unknown> {
    const giveUp = new AbortController();
    const late = Promise.withResolvers<never>();
    const stop = (): void => {
      giveUp.abort();
      late.reject(new Error('no ticket in time'));
    };
    const asked = this.#getToken({ signal: giveUp.signal });
    const timer = this.#clock.after(ANSWER_MS, stop);
    signal.addEventListener('abort', stop, { signal: giveUp.signal });
    return Promise.race([late.promise, asked]).finally(() => {
      timer.cancel();
      // Lets go of the signal, too.
      giveUp.abort();
    });
  }
}
