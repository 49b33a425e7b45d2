import { useEffect, useState } from 'preact/hooks';

const TICK_MS = 250;

/** Whole seconds until a moment on `performance.now()`, counted down while the component is shown; never below 0. */
export function useSecondsUntil(momentMs: number): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    setNowMs(performance.now());
    const timer = setInterval(() => setNowMs(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [momentMs]);
  return Math.max(0, Math.ceil((momentMs - nowMs) / 1_000));
}
