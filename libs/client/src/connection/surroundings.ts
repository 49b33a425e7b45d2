/** What platforms tell of network and page. `visible`: the page is looked at again, maybe after a sleep. */
export type Change = 'online' | 'offline' | 'visible';

/** What the platform knows of network and page. */
export interface Surroundings {
  /** False only when there is certainly no network. */
  readonly isOnline: () => boolean;
  /** Calls `onChange` until the signal aborts. */
  readonly watch: (onChange: (change: Change) => void, signal: AbortSignal) => void;
}

/** A browser's; elsewhere always online and never a word. */
export const platformSurroundings: Surroundings = {
  isOnline: () => globalThis.navigator?.onLine !== false,
  watch(onChange, signal) {
    if (typeof document === 'undefined') return;
    for (const change of ['online', 'offline'] as const) addEventListener(change, () => onChange(change), { signal });
    document.addEventListener('visibilitychange', () => document.hidden || onChange('visible'), { signal });
  },
};
