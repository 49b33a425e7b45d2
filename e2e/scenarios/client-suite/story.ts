import type { Platform } from './driver.ts';
import type { Person } from './person.ts';
import type { PersonOptions, Stage } from './stage.ts';

export interface Scene {
  readonly stage: Stage;
  /** Somebody new, who connects to a room of their own. They leave when the story is over. */
  readonly start: (options?: PersonOptions) => Promise<Person>;
  /** The same, live and in the room: they have heard something there. */
  readonly enter: (options?: PersonOptions) => Promise<Person>;
}

/** What is done to a client, and what it makes of that: written once, played on every platform. */
export interface Story {
  readonly title: string;
  readonly play: (scene: Scene) => Promise<void>;
}

export async function perform(stage: Stage, platform: Platform, { play }: Story): Promise<void> {
  const people: Person[] = [];
  const start: Scene['start'] = async (options) => {
    const person = await stage.start(platform, options);
    people.push(person);
    return person;
  };
  const enter: Scene['enter'] = async (options) => {
    const person = await start(options);
    await person.untilLive();
    await person.untilJoined();
    await stage.say(person, 'ENTERED', 1);
    await person.untilSaid('ENTERED', 1);
    return person;
  };
  try {
    await play({ stage, start, enter });
  } finally {
    for (const person of people) await person.leave();
  }
}
