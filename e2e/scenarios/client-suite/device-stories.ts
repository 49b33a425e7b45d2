import assert from 'node:assert/strict';
import { eventually } from '@longwire/testkit';
import { TOKEN_TTL_MS } from './stage.ts';
import type { Story } from './story.ts';

const HOUR_MS = 3_600_000;

/** What becomes of a client on a device that sleeps, has no network, or does not know what time it is. */
export const deviceStories: readonly Story[] = [
  {
    title: 'a device sleeps, its link dies without a word, it wakes: all that was missed, in order and once',
    async play({ stage, enter }) {
      const person = await enter();
      await stage.say(person, 'BEFORE', 3);
      await person.untilSaid('BEFORE', 3);
      await person.device.sleep();
      person.goSilent();
      await stage.say(person, 'ASLEEP', 10);
      const invite = await stage.invite(person);
      await person.device.wake();
      await person.untilLive(2);
      await person.untilSaid('ASLEEP', 10);
      await person.assertWhole('ASLEEP', 10);
      await stage.untilAcked(invite);
      assert.equal(await person.countOf('INVITE'), 1);
    },
  },
  {
    title: 'a device without a network says so, does not dial, and is back with what it missed when it has one',
    async play({ stage, enter }) {
      const person = await enter();
      await person.device.setNetwork(false);
      person.cut();
      await person.until('offline', ({ states }) => states.at(-1)?.kind === 'offline');
      await eventually(() => person.connections === 0, { what: 'the end of the connection' });
      await stage.say(person, 'OFFLINE', 10);
      assert.equal(person.connections, 0);
      await person.device.setNetwork(true);
      await person.untilLive(2);
      await person.untilSaid('OFFLINE', 10);
      await person.assertWhole('OFFLINE', 10);
    },
  },
  ...[
    { clock: 'right', skewMs: 0 },
    { clock: 'six hours behind', skewMs: -6 * HOUR_MS },
    { clock: 'six hours ahead', skewMs: 6 * HOUR_MS },
  ].map(({ clock, skewMs }): Story => ({
    title: `the token expires on a device whose clock is ${clock}: one new ticket when it is needed, nothing missed`,
    async play({ stage, enter }) {
      const person = await enter({ skewMs });
      assert.ok(Math.abs((await person.device.now()) - Date.now() - skewMs) < HOUR_MS);
      await stage.say(person, 'BEFORE', 3);
      await person.untilSaid('BEFORE', 3);
      const given = stage.desk.givenTo(person.userId);
      await eventually(() => Date.now() > stage.desk.expiresAt(person.userId), { timeoutMs: 6 * TOKEN_TTL_MS });
      assert.equal(stage.desk.givenTo(person.userId), given, 'a live client needs none');
      person.cut();
      await stage.say(person, 'AFTER', 3);
      await person.untilLive(2);
      await person.untilSaid('AFTER', 3);
      await person.assertWhole('BEFORE', 3);
      await person.assertWhole('AFTER', 3);
      assert.equal(stage.desk.givenTo(person.userId), given + 1);
    },
  })),
];
