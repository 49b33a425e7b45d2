import { sharedSettings } from './shared-settings.ts';

const ROOT = 'LONGWIRE_';

/** Prefixes of other programs of the house: their variables may be around and are not ours to judge. */
const NEIGHBOURS = [
  'CONTROL',
  'ACCESS',
  'LOGIC',
  'DISPATCH',
  'SERVICE',
  'CONSOLE',
  'CLI',
  'STANDALONE',
  'CLUSTER',
  'TEST',
  'BENCH',
].map((name) => `${ROOT}${name}`);

const SHARED_NAMES = Object.values(sharedSettings).flatMap(({ env }) => (env === undefined ? [] : [env]));

export interface KnownNames {
  /** Variables the schema reads. */
  readonly names: readonly string[];
  /** Prefixes the schema owns: an unknown name below one of them is always a fault. */
  readonly prefixes: readonly string[];
}

/** One fault per `LONGWIRE_*` variable that nothing reads, with the nearest name there is. */
export function unknownNames(envNames: readonly string[], { names, prefixes }: KnownNames): string[] {
  const known = [...new Set([...names, ...SHARED_NAMES])];
  const foreign = NEIGHBOURS.filter((prefix) => !prefixes.includes(prefix));
  return envNames
    .filter((name) => name.startsWith(ROOT) && !known.includes(name))
    .filter((name) => !foreign.some((prefix) => name.startsWith(`${prefix}_`)))
    .map((name) => `${name} is not a known setting${suggest(name, known)}`);
}

function suggest(name: string, known: readonly string[]): string {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= 4 ? `, did you mean ${best.candidate}?` : '';
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let best = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, at(beforePrevious, j - 2) + 1);
      }
      row.push(best);
    }
    beforePrevious = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
