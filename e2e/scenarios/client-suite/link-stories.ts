import assert from 'node:assert/strict';
import { eventually } from '@longwire/testkit';
import type { Story } from './story.ts';

/** What becomes of a client whose own link, or right to be there, fails. */
export const linkStories: readonly Story[] = [
  {
    title: 'nothing fails: messages in order, an invite acked, what is sent is taken',
    async play({ stage, enter }) {
      const person = await enter();
      await stage.say(person, 'HELLO', 20);
      await person.untilSaid('HELLO', 20);
      await person.assertWhole('HELLO', 20);
      await stage.untilAcked(await stage.invite(person));
      assert.equal(await person.countOf('INVITE'), 1);
      assert.equal((await person.device.send({ type: 'hello' })).ok, true);
      assert.deepEqual((await person.device.seen()).faults, []);
    },
  },
  {
    title: 'a cut link: back by itself, with what was said and the invite that was sent meanwhile, in order and once',
    async play({ stage, enter }) {
      const person = await enter();
      await stage.say(person, 'BEFORE', 5);
      person.takeDown();
      await person.until('noticed', ({ states }) => states.at(-1)?.kind === 'reconnecting');
      await stage.say(person, 'MEANWHILE', 10);
      const invite = await stage.invite(person);
      person.bringUp();
      await person.untilLive(2);
      await stage.say(person, 'AFTER', 5);
      await person.untilSaid('AFTER', 5);
      await person.assertWhole('BEFORE', 5);
      await person.assertWhole('MEANWHILE', 10);
      await person.assertWhole('AFTER', 5);
      await stage.untilAcked(invite);
      assert.equal(await person.countOf('INVITE'), 1);
    },
  },
  {
    title: 'jitter: a link cut again and again under a running room: every message, in order, once',
    async play({ stage, enter }) {
      // Waits between tries would grow with each cut, beyond what rooms keep.
      const person = await enter({ isHasty: true });
      const talk = stage.talk(person, 'CUT');
      for (let cut = 1; cut <= 8; cut += 1) {
        await person.untilSaid('CUT', (await person.countOf('CUT')) + 1);
        person.cut();
        await person.untilLive(cut + 1);
      }
      const count = await talk.stop();
      await stage.say(person, 'CUT_END', 1);
      await person.untilSaid('CUT_END', 1);
      await person.assertWhole('CUT', count);
    },
  },
  {
    title: 'a half-open link is noticed and left, with nothing missed',
    async play({ stage, enter }) {
      const person = await enter();
      person.goSilent();
      await stage.say(person, 'MEANWHILE', 10);
      await person.untilLive(2);
      const { states } = await person.device.seen();
      assert.ok(
        states.some((state) => state.kind === 'reconnecting' && state.reason === 'dead'),
        JSON.stringify(states),
      );
      await person.untilSaid('MEANWHILE', 10);
      await person.assertWhole('MEANWHILE', 10);
    },
  },
  {
    title: 'a kick is final, and says why',
    async play({ stage, enter }) {
      const person = await enter();
      // Presence learns of a new connection a moment after the connection itself.
      await eventually(async () => {
        const path = `/v1/users/${person.userId}/kick`;
        const { body } = await stage.longwire.api.service('POST', path, { reason: 'you know why' });
        return body['connections'] === 1;
      });
      await person.until('closed', ({ states }) => states.at(-1)?.kind === 'closed');
      const { states } = await person.device.seen();
      assert.deepEqual(states.at(-1), { kind: 'closed', code: 4509, reason: 'you know why' });
    },
  },
];
