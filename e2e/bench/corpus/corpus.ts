import { createRandom } from '../core/random.ts';
import { createChatter } from './chatter.ts';
import { createCrowd } from './crowd.ts';
import { leanMessage } from './lean-message.ts';
import { richMessage } from './rich-message.ts';

/** `lean` is about 140 bytes a message, `rich` about 1.8 KB, `frame` is lean padded so that it is 1 KB on the wire. */
export const MESSAGE_FORMS = ['lean', 'rich', 'frame'] as const;
export type MessageForm = (typeof MESSAGE_FORMS)[number];

export interface CorpusOptions {
  readonly seed: number;
  readonly form: MessageForm;
  /** Number of the first message, default 0. */
  readonly firstNumber?: number;
}

/** The messages of one room, one after the other, as JSON text. The same options give the same texts, on every machine and each time. */
export interface Corpus {
  next(): string;
}

/** A room's clock starts here; texts carry no real time. */
const START_MS = 1_760_000_000_000;
const FRAME_TEXT_BYTES = 940;

export function createCorpus({ seed, form, firstNumber = 0 }: CorpusOptions): Corpus {
  const random = createRandom(seed);
  const nextPerson = createCrowd(random);
  const nextLine = createChatter(random);
  let n = firstNumber;
  let atMs = START_MS;
  return {
    next() {
      atMs += random.between(0, 20);
      const barrage = {
        n,
        person: nextPerson(),
        line: nextLine(),
        atMs,
        nonce: random.hex(32),
        roll: random.fraction(),
      };
      n += 1;
      if (form === 'rich') return JSON.stringify(richMessage(barrage));
      const lean = leanMessage(barrage);
      return form === 'lean' ? JSON.stringify(lean) : padded(lean);
    },
  };
}

function padded(message: object): string {
  const bare = JSON.stringify({ ...message, pad: '' });
  const missing = Math.max(0, FRAME_TEXT_BYTES - Buffer.byteLength(bare));
  return JSON.stringify({ ...message, pad: '.'.repeat(missing) });
}
