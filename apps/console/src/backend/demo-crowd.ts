import type { Clock } from '@longwire/domain';
import { defineComponent } from '@longwire/runtime';
import type { Component, Logger } from '@longwire/runtime';
import { pause } from './event-feed.ts';
import type { LongwireApi } from './longwire-api.ts';

const NAMES = ['Ada', 'Bruno', 'Chiyo', 'Dara', 'Elif', 'Femi', 'Greta', 'Hugo', 'Iris', 'Jun', 'Kofi', 'Lena'];
const TEXTS = [
  'hello from the back row',
  'that drop!',
  'encore!',
  'here it comes',
  'first time here, love it',
  'louder please',
  'hahaha',
  'who is on the keys tonight?',
  'chills',
  'wow',
  'this one is my favourite',
  'good evening everyone',
  'greetings from Lisbon',
  'the light show tonight',
  'again! again!',
  'just in time',
];
const COLORS = ['#f2f4f8', '#ffb454', '#7ee0c2', '#8ec7ff', '#ff9ea8', '#e5dc7a'];

export const CROWD_MESSAGES = 200;
const ROUNDS = 20;
const ROUND_MS = 50;

export interface DemoCrowd {
  readonly component: Component;
  /** Lets a crowd say {@link CROWD_MESSAGES} things in the room within about a second; resolves at once. */
  cheer(roomId: string): void;
}

export interface DemoCrowdOptions {
  readonly api: Pick<LongwireApi, 'push'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1); default Math.random. */
  readonly random?: () => number;
}

/** Makes a room busy, so that one sees what batches are for: many messages, few frames. */
export function createDemoCrowd({ api, clock, logger, random = Math.random }: DemoCrowdOptions): DemoCrowd {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const pick = (values: readonly string[]): string => values[Math.floor(random() * values.length)] ?? '';

  async function say(roomId: string): Promise<boolean> {
    const name = pick(NAMES);
    const payload = {
      cmd: 'DANMU_MSG',
      userId: `crowd-${name.toLowerCase()}`,
      name,
      text: pick(TEXTS),
      color: pick(COLORS),
      at: clock.now(),
    };
    return api.push({ target: { kind: 'room', roomId }, payload }).then(
      () => true,
      () => false,
    );
  }

  async function cheerOn(roomId: string): Promise<void> {
    const said: Promise<boolean>[] = [];
    for (let round = 0; round < ROUNDS && !stopping.signal.aborted; round += 1) {
      for (let count = 0; count < CROWD_MESSAGES / ROUNDS; count += 1) said.push(say(roomId));
      await pause(clock, ROUND_MS, stopping.signal);
    }
    const outcomes = await Promise.all(said);
    const refused = outcomes.filter((isTaken) => !isTaken).length;
    if (refused > 0) logger.warn({ refused }, 'crowd-partly-refused');
  }

  return {
    cheer(roomId) {
      const run = cheerOn(roomId).finally(() => running.delete(run));
      running.add(run);
    },
    component: defineComponent({
      name: 'demo-crowd',
      stop: async () => {
        stopping.abort();
        await Promise.all(running);
      },
    }),
  };
}
