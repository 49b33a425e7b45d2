import type { Random } from './random.ts';

/** Returns a sampler of ranks 0 .. count - 1 in which rank r is drawn in proportion to 1 / (r + 1)^skew. */
export function createZipf(count: number, skew: number): (random: Random) => number {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) {
    sum += (rank + 1) ** -skew;
    upTo[rank] = sum;
  }
  return (random) => {
    const wanted = random.fraction() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? sum) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
