/** Numbers that follow from the seed alone: the same seed gives the same load on every machine. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  hex(digits: number): string;
}

const UINT32 = 2 ** 32;

/** A generator of the xorshift family (period 2^128 - 1), whose state is spread from the seed by a Weyl sequence. */
export function createRandom(seed: number): Random {
  let weyl = seed >>> 0;
  const spread = (): number => {
    weyl = (weyl + 0x9e3779b9) >>> 0;
    const mixed = Math.imul(weyl ^ (weyl >>> 15), 0x85ebca6b);
    return (Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) ^ (mixed >>> 16)) >>> 0;
  };
  let [x, y, z, w] = [spread() | 1, spread(), spread(), spread()];

  const next = (): number => {
    const shifted = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = (w ^ (w >>> 19) ^ shifted ^ (shifted >>> 8)) >>> 0;
    return w;
  };
  const fraction = (): number => next() / UINT32;
  const between = (low: number, high: number): number => low + Math.floor(fraction() * (high - low + 1));
  return {
    fraction,
    between,
    chance: (probability) => fraction() < probability,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    hex: (digits) => Array.from({ length: digits }, () => between(0, 15).toString(16)).join(''),
  };
}
