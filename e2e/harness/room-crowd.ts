import type { Api } from './api.ts';

const NAMES = ['Ada', 'Bruno', 'Chiyo', 'Dara', 'Elif', 'Femi', 'Greta', 'Hugo', 'Iris', 'Jun', 'Kofi', 'Lena'];
const WORDS = [
  'hello from the back row',
  'that drop!',
  'encore!',
  'here it comes',
  'first time here, love it',
  'louder please',
  'who is on the keys tonight?',
  'chills',
  'this one is my favourite',
  'good evening everyone',
  'greetings from Lisbon',
  'the light show tonight',
  'again! again!',
  'just in time',
  'what a voice',
  'goosebumps',
  'front row was worth it',
  'that bass line',
  'one more time',
  'hi from Nairobi',
  'the crowd knows every word',
  'so good',
  'where was this an hour ago',
  'my neighbours know this one too',
  'the drummer!',
  'that run at the end',
  'hello from the night bus',
  'second night in a row here',
  'what is this one called?',
  'sing it',
  'wow',
  'I was here',
];
const COLORS = ['#f2f4f8', '#ffb454', '#7ee0c2', '#8ec7ff', '#ff9ea8', '#e5dc7a'];
const TICK_MS = 100;

export interface Crowd {
  /** Pushes that were taken so far, and the others. */
  readonly taken: number;
  readonly refused: number;
  stop(): Promise<void>;
}

/** Lets a crowd talk in a room at a steady rate, one push of the API per message. */
export function startCrowd(api: Api, roomId: string, perSec: number): Crowd {
  const counts = { taken: 0, refused: 0 };
  const running = new Set<Promise<void>>();
  let said = 0;
  const startMs = performance.now();
  const timer = setInterval(() => {
    // By the clock and not by the tick: a timer that comes late makes up for it.
    const due = Math.min(said + perSec, Math.floor(((performance.now() - startMs) / 1000) * perSec));
    for (; said < due; said += 1) {
      const name = NAMES[said % NAMES.length];
      const text = WORDS[(said * 5) % WORDS.length];
      const color = COLORS[(said * 5) % COLORS.length];
      const payload = { cmd: 'DANMU_MSG', userId: `crowd-${name}`, name, text, color };
      const push = api
        .push({ target: { kind: 'room', roomId }, payload })
        .then(
          ({ status }) => void (status === 202 ? (counts.taken += 1) : (counts.refused += 1)),
          () => void (counts.refused += 1),
        )
        .finally(() => running.delete(push));
      running.add(push);
    }
  }, TICK_MS);
  return {
    get taken() {
      return counts.taken;
    },
    get refused() {
      return counts.refused;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}
