import type { Logger } from '../logger.ts';

export interface Watchdog {
  /** From now on it only bites while something else still keeps the event loop alive. */
  release(): void;
}

/**
 * Ends the process with exit code 1 after `withinMs`: the one place that does so by force. Until released it also keeps
 * the loop alive.
 */
export function armWatchdog(withinMs: number, logger: Logger): Watchdog {
  // The system's own timer, not the clock port: unlike those it must hold the process while it stops.
  const timer = setTimeout(() => {
    logger.fatal({ withinMs, resources: process.getActiveResourcesInfo() }, 'process-stop-overdue');
    process.exit(1);
  }, withinMs);
  return { release: () => void timer.unref() };
}
