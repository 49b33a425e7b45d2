import { Client, credentials } from '@grpc/grpc-js';
import type { Clock } from '@longwire/domain';
import type { BreakerState, CircuitBreaker } from '@longwire/runtime';
import { createCircuitBreaker } from '@longwire/runtime';
import { CLIENT_CHANNEL_OPTIONS, silenceGrpc } from '../channel-options.ts';

/** One address of a tier and what is known of it. */
export interface ServerEntry {
  readonly address: string;
  readonly client: Client;
  /** Keeps calls away from it after three in a row that it did not answer. Its health probe closes it again. */
  readonly breaker: CircuitBreaker;
}

const BREAKER_FAILURES = 3;
/** Half of the probe's period: between two probes one call tries. */
export const BREAKER_OPEN_MS = 500;

export interface ServerListOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told of each change of a breaker. */
  readonly onBreaker?: ((state: BreakerState) => void) | undefined;
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
  constructor(addresses: readonly string[], { clock, random, onBreaker }: ServerListOptions) {
    silenceGrpc();
    const openBreaker = (): CircuitBreaker =>
      createCircuitBreaker({
        clock,
        failures: BREAKER_FAILURES,
        openMs: BREAKER_OPEN_MS,
        ...(onBreaker === undefined ? {} : { onChange: onBreaker }),
      });
    const first = Math.floor(random() * addresses.length);
    const rotated = [...addresses.slice(first), ...addresses.slice(0, first)];
    this.#entries = rotated.map((address) => ({
      address,
      client: new Client(address, credentials.createInsecure(), CLIENT_CHANNEL_OPTIONS),
      breaker: openBreaker(),
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
    if (live === undefined) return;
    live.state = 'up';
    live.breaker.succeed();
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
