import type { Random } from '../core/random.ts';
import { createZipf } from '../core/zipf.ts';
import { EMOTES, ENDINGS, MANNERS, OPENERS, PREDICATES, STOCK_LINES, SUBJECTS, WAVE_LINES } from './vocabulary.ts';

/** One line of barrage; `emote` is the index of the emote that stands in it. */
export interface Line {
  readonly text: string;
  readonly emote: number | null;
}

const WAVE_SHARE = 0.2;
const STOCK_SHARE = 0.38;
/** A wave lasts for about so many messages, then the room finds another. */
const WAVE_MESSAGES = 250;

/** Returns the next line of a room: a fifth is what everybody repeats just now, two fifths are stock, the rest is composed. */
export function createChatter(random: Random): () => Line {
  const stockRank = createZipf(STOCK_LINES.length, 0.9);
  let wave = random.pick(WAVE_LINES);
  let left = WAVE_MESSAGES;
  return () => {
    left -= 1;
    if (left === 0) {
      wave = random.pick(WAVE_LINES);
      left = random.between(WAVE_MESSAGES >> 1, WAVE_MESSAGES * 2);
    }
    const roll = random.fraction();
    if (roll < WAVE_SHARE) return { text: wave, emote: null };
    if (roll < WAVE_SHARE + STOCK_SHARE) return { text: STOCK_LINES[stockRank(random)] ?? wave, emote: null };
    return composed(random);
  };
}

function composed(random: Random): Line {
  const opener = random.chance(0.35) ? random.pick(OPENERS) : '';
  const manner = random.chance(0.6) ? random.pick(MANNERS) : '';
  const text = `${opener}${random.pick(SUBJECTS)}${manner}${random.pick(PREDICATES)}${random.pick(ENDINGS)}`;
  if (!random.chance(0.15)) return { text, emote: null };
  const emote = random.between(0, EMOTES.length - 1);
  return { text: `${text}[${EMOTES[emote] ?? ''}]`, emote };
}
