/** A page in the background gets no animation frames; it still has to take what comes. */
const HIDDEN_MS = 500;

export interface GatherOptions {
  /** Of more than this the newest are kept. */
  readonly capacity: number;
  /** Least time between two handovers; 0 is every frame. */
  readonly everyMs: number;
}

/**
 * Gathers values and hands them over together, at an animation frame, so that a busy room costs a few renderings a second
 * and not one per message.
 */
export function gathered<T>(
  { capacity, everyMs }: GatherOptions,
  take: (values: readonly T[]) => void,
): (value: T) => void {
  let values: T[] = [];
  let takenAtMs = -Infinity;
  const flush = (): void => {
    const taken = values;
    values = [];
    takenAtMs = performance.now();
    take(taken);
  };
  const atFrame = (): void => {
    if (document.hidden) setTimeout(flush, HIDDEN_MS);
    else requestAnimationFrame(flush);
  };
  return (value) => {
    values.push(value);
    if (values.length > capacity) values.shift();
    if (values.length > 1) return;
    const waitMs = takenAtMs + everyMs - performance.now();
    if (waitMs > 0) setTimeout(atFrame, waitMs);
    else atFrame();
  };
}
