/** One thing that can be drawn, and its share of the draws. */
export interface Weighted<T> {
  readonly item: T;
  readonly share: number;
}

/**
 * Draws up to `count` different items, each draw in proportion to the shares of what is left; items without a share
 * are never drawn. One pass: every item gets an exponential waiting time with its share as rate, the first to ring are
 * the draw (Efraimidis and Spirakis, Weighted random sampling with a reservoir, 2006). `random` is uniform in [0, 1).
 */
export function drawWeighted<T>(items: readonly Weighted<T>[], count: number, random: () => number): readonly T[] {
  const first: { readonly item: T; readonly ringsAt: number }[] = [];
  for (const { item, share } of items) {
    if (!(share > 0)) continue;
    const ringsAt = -Math.log(1 - random()) / share;
    const last = first.at(-1);
    if (first.length === count && last !== undefined && ringsAt >= last.ringsAt) continue;
    let place = first.length;
    while (place > 0 && (first[place - 1]?.ringsAt ?? 0) > ringsAt) place -= 1;
    first.splice(place, 0, { item, ringsAt });
    if (first.length > count) first.pop();
  }
  return first.map(({ item }) => item);
}
