import { setTimeout as delay } from 'node:timers/promises';

/** A started process. */
export interface RunningProcess {
  readonly pid: number;
  /** Resolves with how it ended, in words, once it has; never rejects. */
  readonly exited: Promise<string>;
  /** Ends it, by force when it is still there after so long; resolves when it is gone. Safe to call twice. */
  stop(withinMs: number): Promise<void>;
}

export interface KeepAliveOptions {
  readonly name: string;
  /**
   * Starts the process; resolves when it is ready, rejects (leaving nothing behind) when it does not get there or the
   * signal says that nobody wants it any more.
   */
  readonly launch: (signal: AbortSignal) => Promise<RunningProcess>;
  /** Ready: at first and after each restart. */
  readonly onReady: (pid: number) => void;
  /** It ended unasked, or a restart failed; it is started again. */
  readonly onLost: (how: string) => void;
}

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5000;

/**
 * Keeps one process running: when it ends unasked it is started again, at once the first time and with growing delays
 * while that fails. The first start is the caller's to judge: it rejects and nothing is tried again.
 */
export class KeepAlive {
  readonly name: string;
  readonly #options: KeepAliveOptions;
  readonly #stopping = new AbortController();
  #running: RunningProcess | undefined;
  #loop: Promise<void> | undefined;
  #stopWithinMs = 0;

  constructor(options: KeepAliveOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#running = await this.#launch(AbortSignal.any([signal, this.#stopping.signal]));
    this.#loop = this.#watch();
  }

  async stop(withinMs: number): Promise<void> {
    this.#stopWithinMs = withinMs;
    this.#stopping.abort();
    await this.#running?.stop(withinMs);
    await this.#loop;
  }

  async #launch(signal: AbortSignal): Promise<RunningProcess> {
    const running = await this.#options.launch(signal);
    this.#options.onReady(running.pid);
    return running;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#running !== undefined) {
      const how = await this.#running.exited;
      this.#running = undefined;
      if (signal.aborted) return;
      this.#options.onLost(how);
      this.#running = await this.#relaunch(signal);
    }
  }

  async #relaunch(signal: AbortSignal): Promise<RunningProcess | undefined> {
    for (let delayMs = FIRST_DELAY_MS; !signal.aborted; delayMs = Math.min(2 * delayMs, MAX_DELAY_MS)) {
      try {
        const running = await this.#launch(signal);
        // A stop that came while it started did not see it.
        if (signal.aborted) await running.stop(this.#stopWithinMs);
        return running;
      } catch (error) {
        if (signal.aborted) return undefined;
        this.#options.onLost(error instanceof Error ? error.message : String(error));
      }
      await delay(delayMs, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }
}
