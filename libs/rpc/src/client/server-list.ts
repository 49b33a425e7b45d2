import { Client, credentials } from '@grpc/grpc-js';
import { CLIENT_CHANNEL_OPTIONS, silenceGrpc } from '../channel-options.ts';

/** One address of a tier and what is known of it. */
export interface ServerEntry {
  readonly address: string;
  readonly client: Client;
}

interface LiveEntry extends ServerEntry {
  state: 'unknown' | 'up' | 'down';
  /** Rises with every failure over the list: the smaller, the longer ago. */
  failedAt: number;
}

/**
 * The addresses of one tier, any of which can answer. Each process begins at a random one and stays with it while it
 * answers, so that processes spread over them; one that failed comes last until it answers again.
 */
export class ServerList {
  readonly #entries: readonly LiveEntry[];
  #failures = 0;

  /** Connects lazily. `addresses` are `host:port`. */
  constructor(addresses: readonly string[], random: () => number) {
    silenceGrpc();
    const first = Math.floor(random() * addresses.length);
    const rotated = [...addresses.slice(first), ...addresses.slice(0, first)];
    this.#entries = rotated.map((address) => ({
      address,
      client: new Client(address, credentials.createInsecure(), CLIENT_CHANNEL_OPTIONS),
      state: 'unknown',
      failedAt: 0,
    }));
  }

  get size(): number {
    return this.#entries.length;
  }

  /** All of them, in the order to try: those not known to fail, then the others, the longest unfailed first. */
  inOrder(): readonly ServerEntry[] {
    return this.#entries.toSorted((one, other) => rank(one) - rank(other));
  }

  /** At least one says that it serves, and has not failed since. */
  get hasUp(): boolean {
    return this.#entries.some((entry) => entry.state === 'up');
  }

  /** It has said that it serves. A call that merely succeeds is no such word. */
  markUp(entry: ServerEntry): void {
    const live = this.#live(entry);
    if (live !== undefined) live.state = 'up';
  }

  /** It has failed, or said that it does not serve. */
  markDown(entry: ServerEntry): void {
    const live = this.#live(entry);
    if (live === undefined) return;
    this.#failures += 1;
    live.state = 'down';
    live.failedAt = this.#failures;
  }

  /** Ends all connections; calls under way fail. */
  close(): void {
    for (const entry of this.#entries) entry.client.close();
  }

  #live(entry: ServerEntry): LiveEntry | undefined {
    return this.#entries.find((live) => live === entry);
  }
}

function rank(entry: LiveEntry): number {
  return entry.state === 'down' ? entry.failedAt : 0;
}
