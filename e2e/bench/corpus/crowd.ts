import { createRandom } from '../core/random.ts';
import type { Random } from '../core/random.ts';
import { createZipf } from '../core/zipf.ts';
import { LATIN_NAMES, MEDAL_NAMES, NAME_HEADS, NAME_TAILS } from './vocabulary.ts';

/** What a viewer wears: the badge of a room it often is in. */
export interface Medal {
  readonly name: string;
  readonly level: number;
  readonly score: number;
  readonly medalId: number;
  readonly roomId: number;
  readonly anchorId: number;
  readonly anchorName: string;
  readonly isLit: boolean;
}

/** A viewer who writes. What is fixed of a person repeats in every one of its messages, as it does in a real room. */
export interface Person {
  readonly userId: number;
  readonly name: string;
  readonly faceHash: string;
  readonly level: number;
  readonly wealth: number;
  readonly color: number;
  readonly userHash: number;
  readonly medal: Medal | null;
  readonly guardLevel: number;
}

const CROWD = 20_000;
/** A few write most of it. */
const SKEW = 0.7;
const WHITE = 0xffffff;
const MAX_SEED = 2 ** 31;
const COLORS = [0x66ccff, 0xe33fff, 0x54eed8, 0xff6868, 0xffe25f] as const;

/**
 * Returns who writes next: a fixed crowd, of whom the most active write far more than the others. Each is made when it
 * writes for the first time, from a seed of its own, so that a generator is ready at once.
 */
export function createCrowd(random: Random): () => Person {
  const firstSeed = random.between(0, MAX_SEED);
  const people = new Map<number, Person>();
  const rankOf = createZipf(CROWD, SKEW);
  return () => {
    const rank = rankOf(random);
    const known = people.get(rank);
    if (known !== undefined) return known;
    const person = createPerson(createRandom(firstSeed + rank));
    people.set(rank, person);
    return person;
  };
}

function createPerson(random: Random): Person {
  return {
    userId: random.chance(0.5) ? random.between(10_000, 999_999_999) : random.between(3_493_000_000, 3_546_999_999),
    name: createName(random),
    faceHash: random.hex(40),
    level: random.between(0, 50),
    wealth: random.between(0, 40),
    color: random.chance(0.7) ? WHITE : random.pick(COLORS),
    userHash: random.between(0, 0x7fffffff),
    medal: random.chance(0.75) ? createMedal(random) : null,
    guardLevel: random.chance(0.08) ? 3 : 0,
  };
}

/** Two fifths wear this room's medal, the others one of many. */
function createMedal(random: Random): Medal {
  const isOwn = random.chance(0.4);
  const level = random.between(1, 27);
  return {
    name: isOwn ? MEDAL_NAMES[0] : `${random.pick(NAME_HEADS)}${random.pick(NAME_TAILS)}`.slice(0, 3),
    level,
    score: random.between(level * 1_000_000, level * 2_000_000),
    medalId: isOwn ? 1234 : random.between(10_000, 1_999_999),
    roomId: isOwn ? 1000 : random.between(10_000, 29_999_999),
    anchorId: isOwn ? 7000 : random.between(10_000, 699_999_999),
    anchorName: isOwn ? '主播' : createName(random),
    isLit: random.chance(0.8),
  };
}

function createName(random: Random): string {
  if (random.chance(0.2)) return `${random.pick(LATIN_NAMES)}_${random.between(1, 9999)}`;
  const number = random.chance(0.3) ? String(random.between(1, 999)) : '';
  return `${random.pick(NAME_HEADS)}${random.pick(NAME_TAILS)}${number}`;
}
