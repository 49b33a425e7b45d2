import type { Clock, Timer } from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import type { Link } from './link.ts';

export interface LinkKeeperOptions<L extends Link> {
  readonly dial: () => Promise<L>;
  /** Prepares a new link; the link counts as up when this resolved true. */
  readonly onLink: (link: L) => Promise<boolean>;
  /** A link that was given to `onLink` is gone. */
  readonly onLost: (link: L) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** [0, 1) */
  readonly random: () => number;
}

const MIN_WAIT_MS = 100;
const MAX_WAIT_MS = 1_000;

/**
 * Keeps one link alive: whenever it is lost, dials again for ever, after a random wait of 100 ms to 1 s each time, so that
 * the processes of a cluster do not all come back to a restarted server at once.
 */
export class LinkKeeper<L extends Link> {
  readonly #options: LinkKeeperOptions<L>;
  #link: L | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: LinkKeeperOptions<L>) {
    this.#options = options;
  }

  /** Takes the first link, and replaces it from then on. Resolves true when that link is up. */
  async start(link: L): Promise<boolean> {
    return this.#adopt(link);
  }

  /** Gives up for good and closes the link there is. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#link?.close();
  }

  async #adopt(link: L): Promise<boolean> {
    this.#link = link;
    const prepared = this.#options.onLink(link);
    link.onLost(() => this.#onLost(link));
    return prepared;
  }

  #onLost(link: L): void {
    this.#link = undefined;
    this.#options.onLost(link);
    this.#dialLater();
  }

  #dialLater(): void {
    if (this.#isClosed) return;
    const { clock, random } = this.#options;
    const waitMs = MIN_WAIT_MS + random() * (MAX_WAIT_MS - MIN_WAIT_MS);
    this.#timer = clock.after(waitMs, () => void this.#dial());
  }

  async #dial(): Promise<void> {
    let link: L;
    try {
      link = await this.#options.dial();
    } catch (err) {
      this.#options.logger.warn({ err }, 'nats-dial-failed');
      this.#dialLater();
      return;
    }
    if (this.#isClosed) link.close();
    else await this.#adopt(link);
  }
}
