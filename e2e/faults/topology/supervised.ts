import { setTimeout as delay } from 'node:timers/promises';

/** A process that has been started. */
export interface Started {
  readonly pid: number;
  /** Resolves when it is gone, whoever ended it. */
  readonly exited: Promise<unknown>;
  /** Asks it to end; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface SupervisedOptions {
  readonly name: string;
  readonly launch: () => Promise<Started>;
  readonly onNote: (text: string) => void;
}

const RESTART_AFTER_MS = 200;
const RETRY_AFTER_MS = 500;

/** One process of the topology: started again when it dies, unless it is being held down. */
export class Supervised {
  readonly name: string;
  readonly #options: SupervisedOptions;
  #process: Started | undefined;
  #loop: Promise<void> | undefined;
  #isHeldDown = false;
  #isStopping = false;
  /** How often it was started again. */
  restarts = 0;

  constructor(options: SupervisedOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(): Promise<void> {
    this.#process = await this.#options.launch();
    this.#loop = this.#watch();
  }

  /** SIGKILL; it comes back by itself. */
  kill(): void {
    this.signal('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    const { pid } = this;
    if (pid === undefined) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It may have ended by itself a moment ago.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** SIGKILL, and it stays down until {@link release}. */
  async holdDown(): Promise<void> {
    this.#isHeldDown = true;
    this.kill();
    await this.#process?.exited;
  }

  release(): void {
    this.#isHeldDown = false;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#isHeldDown = false;
    this.signal('SIGCONT');
    await this.#process?.stop();
    await this.#loop;
  }

  async #watch(): Promise<void> {
    for (;;) {
      await this.#process?.exited;
      this.#process = undefined;
      do await delay(RESTART_AFTER_MS);
      while (this.#isHeldDown && !this.#isStopping);
      if (this.#isStopping) return;
      await this.#restart();
    }
  }

  async #restart(): Promise<void> {
    while (!this.#isStopping) {
      try {
        this.#process = await this.#options.launch();
        this.restarts += 1;
        // A stop that came while it started did not see it.
        if (this.#isStopping) await this.#process.stop();
        return;
      } catch (error) {
        this.#options.onNote(`${this.name} did not start: ${error instanceof Error ? error.message : String(error)}`);
        await delay(RETRY_AFTER_MS);
      }
    }
  }
}
