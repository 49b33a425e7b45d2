import assert from 'node:assert/strict';
import { eventually } from '@longwire/testkit';
import type { Stage } from './stage.ts';
import type { Story } from './story.ts';

const WITHIN_MS = 30_000;

/** What becomes of a client whose node dies or is emptied. They touch every client of the cluster. */
export const nodeStories: readonly Story[] = [
  {
    title: 'kill -9 of its node: back through the other one, and an invite sent meanwhile comes once and is acked',
    async play({ stage, enter }) {
      const person = await enter();
      await stage.say(person, 'BEFORE', 3);
      await person.untilSaid('BEFORE', 3);
      const nodeId = await person.nodeId();
      const pid = stage.longwire.pidOf(nodeId);
      process.kill(pid, 'SIGKILL');
      const invite = await stage.invite(person);
      await stage.say(person, 'MEANWHILE', 3);
      await person.untilLive(2);
      await stage.say(person, 'AFTER', 3);
      await person.untilSaid('AFTER', 3);
      await stage.untilAcked(invite);
      for (const cmd of ['BEFORE', 'MEANWHILE', 'AFTER']) await person.assertWhole(cmd, 3);
      assert.equal(await person.countOf('INVITE'), 1);
      await eventually(() => stage.longwire.pidOf(nodeId) !== pid, { timeoutMs: WITHIN_MS, everyMs: 50 });
      await untilListed(stage, 2);
    },
  },
  {
    title: 'a drained node: the client moves, and nobody notices',
    async play({ stage, enter }) {
      const person = await enter();
      const nodeId = await person.nodeId();
      const before = (await person.device.seen()).states.length;
      const talking = stage.say(person, 'DRAIN', 60);
      await whileDrained(stage, nodeId, () => person.untilLive(2));
      assert.notEqual(await person.nodeId(), nodeId);
      await talking;
      await stage.say(person, 'DRAIN_END', 1);
      await person.untilSaid('DRAIN_END', 1);
      await person.assertWhole('DRAIN', 60);
      const states = (await person.device.seen()).states.slice(before);
      assert.ok(!states.some(({ kind }) => kind === 'reconnecting'), JSON.stringify(states));
      await untilListed(stage, 2);
    },
  },
];

async function whileDrained({ longwire }: Stage, nodeId: string, task: () => Promise<void>): Promise<void> {
  const path = `/v1/admin/nodes/${nodeId}`;
  // A node that missed its lease on a busy machine is unknown until it reports again.
  await eventually(
    async () => {
      const drain = await longwire.api.control('POST', `${path}/drain`);
      assert.equal(drain.status, 200, JSON.stringify(drain.body));
    },
    { timeoutMs: WITHIN_MS, everyMs: 100 },
  );
  try {
    await task();
  } finally {
    await longwire.api.control('POST', `${path}/restore`);
  }
}

async function untilListed(stage: Stage, count: number): Promise<void> {
  const listed = async (): Promise<boolean> =>
    (await stage.longwire.api.mustConnect({ deviceId: 'looks' })).nodes.length === count;
  await eventually(listed, { what: `${count} nodes`, timeoutMs: WITHIN_MS, everyMs: 50 });
}
