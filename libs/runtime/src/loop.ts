import type { Clock, Timer } from '@longwire/domain';
import type { Logger } from './logger.ts';
import { rateLimited } from './rate-limited.ts';

export interface LoopOptions {
  readonly name: string;
  /** From the start of one run to the start of the next; a run that takes longer is followed at once. */
  readonly periodMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** One round of work. `signal` aborts when the loop is stopped. */
  readonly task: (signal: AbortSignal) => Promise<void>;
  /** Longest wait after repeated failures. Default 5000. */
  readonly maxBackoffMs?: number;
  /** In [0, 1), for the jitter of the wait after a failure. Default Math.random. */
  readonly random?: () => number;
}

export interface Loop {
  /** Ends the loop and waits for the run that is under way. Never rejects; may be called twice. */
  stop(): Promise<void>;
  /** Runs as soon as possible: now when idle, else once more right after the present run. */
  trigger(): void;
}

const MIN_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;
const LOG_PERIOD_MS = 10_000;

/**
 * Calls `task` now and then every `periodMs`, never two at a time. A failed run is logged (rate-limited) and tried
 * again after a wait that doubles up to `maxBackoffMs`, with jitter that only shortens it; the loop itself never ends
 * before `stop`.
 */
export function startLoop(options: LoopOptions): Loop {
  const { name, periodMs, clock, task, maxBackoffMs = MAX_BACKOFF_MS, random = Math.random } = options;
  const logger = rateLimited(options.logger.child({ loop: name }), clock, LOG_PERIOD_MS);
  const controller = new AbortController();
  let failures = 0;
  let timer: Timer | undefined;
  let running: Promise<void> | undefined;
  let isTriggered = false;

  async function runOnce(): Promise<void> {
    const startedAt = clock.monotonic();
    // Later than the caller's turn, so that whoever starts a loop has finished its own construction.
    await Promise.resolve();
    if (controller.signal.aborted) return;
    try {
      await task(controller.signal);
      failures = 0;
    } catch (err) {
      if (controller.signal.aborted) return;
      failures += 1;
      logger.warn({ err, failures }, 'loop-run-failed');
    }
    running = undefined;
    schedule(clock.monotonic() - startedAt);
  }

  function schedule(tookMs: number): void {
    if (controller.signal.aborted) return;
    const delayMs = isTriggered ? 0 : failures > 0 ? backoffMs() : Math.max(0, periodMs - tookMs);
    timer = clock.after(delayMs, run);
  }

  function backoffMs(): number {
    const first = Math.min(Math.max(periodMs, MIN_BACKOFF_MS), maxBackoffMs);
    const grown = Math.min(maxBackoffMs, first * 2 ** Math.min(failures - 1, 16));
    return grown * (0.5 + random() / 2);
  }

  function run(): void {
    timer?.cancel();
    timer = undefined;
    isTriggered = false;
    running = runOnce();
  }

  run();
  return {
    async stop() {
      controller.abort();
      timer?.cancel();
      await running;
    },
    trigger() {
      if (controller.signal.aborted) return;
      if (running === undefined) run();
      else isTriggered = true;
    },
  };
}
