import type { Clock } from '@longwire/domain';

/** Reads at most once in `keepMs`, whoever asks: many consoles cost as much as one. A failure is not kept. */
export function createBriefCache<Value>(
  clock: Pick<Clock, 'monotonic'>,
  keepMs: number,
  read: () => Promise<Value>,
): () => Promise<Value> {
  let last: { readonly untilMs: number; readonly value: Promise<Value> } | undefined;
  return () => {
    const nowMs = clock.monotonic();
    if (last !== undefined && nowMs < last.untilMs) return last.value;
    const entry = { untilMs: nowMs + keepMs, value: read() };
    last = entry;
    entry.value.catch(() => {
      if (last === entry) last = undefined;
    });
    return entry.value;
  };
}
