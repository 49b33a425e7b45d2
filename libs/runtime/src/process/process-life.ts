import type { Component } from '../component.ts';
import type { Health } from '../health.ts';
import type { Logger } from '../logger.ts';
import type { StopCause } from './process-signals.ts';
import { listenForStop } from './process-signals.ts';
import type { Watchdog } from './watchdog.ts';
import { armWatchdog } from './watchdog.ts';

/** What draining may take, unless the app asks for another time. */
const DRAIN_WITHIN_MS = 5_000;
/** Stopping may take so much on top, come what may: with the usual drain, all is over a little under the promised 10 s. */
const STOP_WITHIN_MS = 4_500;
/** A signal so soon after the first is its echo: Ctrl-C reaches the whole process group, and a parent passes it on as well. */
const ECHO_MS = 1_000;

export interface ProcessLifeOptions {
  readonly logger: Logger;
  readonly health: Health;
  /** Default 5 s. */
  readonly drainWithinMs?: number | undefined;
  /** The process is gone this long after it was asked to end, come what may. Default: the drain time and 4.5 s more. */
  readonly stopWithinMs?: number | undefined;
}

/** How one process ends: once, in order, in bounded time. */
export interface ProcessLife {
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Starts a part; whatever happens next it is stopped at the end, the last one first. */
  start(part: Component): Promise<void>;
  /** Everything is started: from now on being asked to end drains and stops. */
  setStarted(): void;
  /** Stops what was started and lets the event loop empty. Only the first call counts. Never rejects. */
  end(exitCode: number): Promise<void>;
}

/** Begins to listen for SIGTERM, SIGINT, the loss of the parent and errors that nobody caught. */
export function beginProcessLife(options: ProcessLifeOptions): ProcessLife {
  const { logger, health, drainWithinMs = DRAIN_WITHIN_MS } = options;
  const { stopWithinMs = drainWithinMs + STOP_WITHIN_MS } = options;
  const controller = new AbortController();
  const parts: Component[] = [];
  let isStarted = false;
  let watchdog: Watchdog | undefined;
  let ending: Promise<void> | undefined;
  let askedAtMs = 0;

  function onStop(cause: StopCause): void {
    if (!controller.signal.aborted) {
      logger.info({ cause }, 'process-stopping');
      watchdog ??= armWatchdog(stopWithinMs, logger);
      askedAtMs = performance.now();
      controller.abort(new Error(`stopped by ${cause}`));
      // Before that, whoever is starting sees the abort and ends the process.
      if (isStarted) void end(0);
      return;
    }
    // A second signal is impatience; a parent that goes as well, or the echo of the first, is not.
    if (cause !== 'parent-gone' && performance.now() - askedAtMs >= ECHO_MS) process.exit(1);
  }

  function onBroken(err: unknown): void {
    logger.fatal({ err }, 'process-broken');
    void end(1);
  }

  function end(exitCode: number): Promise<void> {
    ending ??= endInOrder(exitCode);
    return ending;
  }

  async function endInOrder(exitCode: number): Promise<void> {
    watchdog ??= armWatchdog(stopWithinMs, logger);
    process.exitCode = exitCode;
    health.setStopping();
    controller.abort(new Error('the process ends'));
    const reversed = parts.toReversed();
    for (const part of reversed) if (isStarted) await attempt(part, 'drain', part.drain?.(drainWithinMs));
    for (const part of reversed) await attempt(part, 'stop', part.stop());
    stopListening();
    process.off('uncaughtException', onBroken);
    logger.info({ exitCode }, 'process-stopped');
    watchdog.release();
  }

  async function attempt(part: Component, step: string, work: Promise<void> | undefined): Promise<void> {
    try {
      await work;
    } catch (err) {
      logger.error({ err, component: part.name, step }, 'process-step-failed');
    }
  }

  const stopListening = listenForStop(onStop);
  process.on('uncaughtException', onBroken);
  return {
    signal: controller.signal,
    async start(part) {
      parts.push(part);
      await part.start(controller.signal);
    },
    setStarted() {
      isStarted = true;
      if (controller.signal.aborted) void end(0);
    },
    end,
  };
}
