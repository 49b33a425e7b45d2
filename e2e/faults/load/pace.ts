import { setTimeout as delay } from 'node:timers/promises';

const TICK_MS = 20;

/**
 * Starts `work` so many times a second until the time is over or the signal aborts, whatever each takes; resolves with
 * the number of starts when all that was started has ended. At most `maxInFlight` run at a time: what cannot be
 * started then is left out.
 */
export async function atRate(
  options: {
    readonly perSec: number;
    readonly forMs: number;
    readonly maxInFlight?: number;
    readonly signal?: AbortSignal;
  },
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  const { perSec, forMs, maxInFlight = 1000, signal } = options;
  const startMs = performance.now();
  const running = new Set<Promise<unknown>>();
  let turns = 0;
  let started = 0;
  for (;;) {
    const elapsedMs = performance.now() - startMs;
    if (elapsedMs >= forMs || signal?.aborted === true) break;
    for (const due = Math.floor((elapsedMs / 1000) * perSec); turns < due; turns += 1) {
      if (running.size >= maxInFlight) continue;
      const job: Promise<unknown> = work(started).finally(() => running.delete(job));
      running.add(job);
      started += 1;
    }
    await delay(TICK_MS);
  }
  await Promise.all(running);
  return started;
}
