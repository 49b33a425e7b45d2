import { useEffect, useState } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import type { ApiFault, Tier } from '../api/ask.ts';

/** What is known of something that is asked for again and again. */
export interface Polled<T> {
  /** The last answer; it stays when later ones fail. */
  readonly data: T | undefined;
  /** Why the last call failed; undefined when it did not. */
  readonly fault: ApiFault | undefined;
  /** When `data` came, ms since 1970. */
  readonly at: number;
  /** Asks again at once. */
  readonly reload: () => void;
}

interface Known<T> {
  readonly path: string;
  readonly data: T | undefined;
  readonly fault: ApiFault | undefined;
  readonly at: number;
}

const MAX_BACKOFF_MS = 10_000;

/** How long to wait before the next call: longer after each failure, never longer than 10 s beyond the period. */
export function nextDelayMs(everyMs: number, failures: number): number {
  return failures === 0 ? everyMs : Math.max(everyMs, Math.min(MAX_BACKOFF_MS, everyMs * 2 ** failures));
}

/**
 * Asks `path` of a tier every `everyMs` while the page is in sight, one call at a time, less often while it fails.
 * `everyMs` 0 asks once; no path asks nothing.
 */
export function usePolled<T>(tier: Tier, path: string | undefined, everyMs: number): Polled<T> {
  const [known, setKnown] = useState<Known<T>>({ path: '', data: undefined, fault: undefined, at: 0 });
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (path === undefined) return undefined;
    const stop = poll<T>({
      tier,
      path,
      everyMs,
      onAnswer: (change) => setKnown((last) => ({ ...kept(last, path), ...change })),
    });
    return stop;
  }, [tier, path, everyMs, round]);

  const reload = (): void => setRound((last) => last + 1);
  const { data, fault, at } = kept(known, path ?? '');
  return { data, fault, at, reload };
}

function kept<T>(known: Known<T>, path: string): Known<T> {
  return known.path === path ? known : { path, data: undefined, fault: undefined, at: 0 };
}

interface PollOptions<T> {
  readonly tier: Tier;
  readonly path: string;
  readonly everyMs: number;
  readonly onAnswer: (change: Partial<Known<T>>) => void;
}

function poll<T>({ tier, path, everyMs, onAnswer }: PollOptions<T>): () => void {
  const gone = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const run = async (): Promise<void> => {
    try {
      const answer = await ask<T>(tier, 'GET', path, { signal: gone.signal });
      failures = answer.ok ? 0 : failures + 1;
      onAnswer(answer.ok ? { data: answer.body, fault: undefined, at: Date.now() } : { fault: answer.fault });
      if (everyMs > 0 || !answer.ok) timer = setTimeout(next, nextDelayMs(Math.max(everyMs, 1_000), failures));
    } catch (fault) {
      // The only rejection of `ask` is its abort, after which nobody waits for the answer.
      if (!gone.signal.aborted) throw fault;
    }
  };
  const next = (): void => {
    if (document.hidden) document.addEventListener('visibilitychange', next, { once: true, signal: gone.signal });
    else void run();
  };
  void run();
  return () => {
    gone.abort();
    clearTimeout(timer);
  };
}
