/** A page in the background gets no animation frames; it still has to take what comes. */
const HIDDEN_MS = 500;

/**
 * Gathers values and hands them over together at the next animation frame, so that a busy room costs one rendering per
 * frame and not one per message. Of more than `capacity` the newest are kept.
 */
export function perFrame<T>(capacity: number, take: (values: readonly T[]) => void): (value: T) => void {
  let values: T[] = [];
  const flush = (): void => {
    const taken = values;
    values = [];
    take(taken);
  };
  return (value) => {
    values.push(value);
    if (values.length > capacity) values.shift();
    if (values.length > 1) return;
    if (document.hidden) setTimeout(flush, HIDDEN_MS);
    else requestAnimationFrame(flush);
  };
}
