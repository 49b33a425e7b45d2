import assert from 'node:assert/strict';
import { eventually } from '@longwire/testkit';
import { HostileNode } from '../../harness/hostile-node.ts';
import type { Manners } from '../../harness/hostile-node.ts';
import { BOMB, BROKEN_COMPRESSION, BROKEN_FRAMES, flooding, FLOODED_ROOM, LIE, SENSELESS } from './hostile-manners.ts';
import type { Person } from './person.ts';
import type { Scene, Story } from './story.ts';

const MAX_GROWTH_BYTES = 16 * 1024 * 1024;

/** Looks at the memory of a device, which in Node is that of all: it plays alone. */
export const floodStory: Story = {
  title:
    'hostile nodes, one that floods, one with bombs, others with broken frames: it stays small and leaves them all',
  async play(scene) {
    const begin = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const flood = flooding({ begin: begin.promise, end: end.promise });
    await amongHostile(scene, { 'a flood behind a hole': flood, 'a bomb': BOMB, ...BROKEN_FRAMES }, async (person) => {
      await person.untilLive();
      const before = await person.device.heapBytes();
      begin.resolve();
      await person.untilSaid('FLOODED', 1);
      await untilSmall(person, before, 'while it is flooded');
      end.resolve();
      await assertWell(scene, person);
      await untilSmall(person, before, 'when it is over');
      const { faults } = await person.device.seen();
      assert.ok(faults.length > 0 && faults.length % SENSELESS.length === 0, JSON.stringify(faults));
      assert.ok(faults.every(({ kind }) => kind === 'bytes'));
    });
  },
};

/** What becomes of a client whose node goes on with compression that cannot be read. */
export const compressionStories: readonly Story[] = Object.entries(BROKEN_COMPRESSION).map(([name, manners]) => ({
  title: `a hostile node that sends broken compression whatever it is asked for (${name}): left for a good one`,
  play: (scene) => amongHostile(scene, { [name]: manners }, (person) => assertWell(scene, person)),
}));

/** Somebody whose list of nodes begins with hostile ones; each of them must have been met, and left for good. */
async function amongHostile(
  { start }: Scene,
  manners: Readonly<Record<string, Manners>>,
  play: (person: Person) => Promise<void>,
): Promise<void> {
  const nodes = await Promise.all(Object.entries(manners).map(([name, does]) => HostileNode.open(name, does)));
  try {
    const person = await start({
      isHasty: true,
      rooms: [FLOODED_ROOM],
      ticket: (answer) => ({ ...answer, nodes: [...nodes.map(({ hint }) => hint), ...answer.nodes] }),
    });
    await play(person);
    // Twice, and once more for each compression that it gives up first.
    for (const { hint, visits } of nodes) assert.ok(visits > 0 && visits <= 4, `${hint.nodeId}: ${visits} visits`);
  } finally {
    for (const node of nodes) node.close();
  }
}

/** Live at a good node and all is well there, and no lie was handed on. */
async function assertWell({ stage }: Scene, person: Person): Promise<void> {
  await person.until('a good node', ({ states }) => {
    const state = states.at(-1);
    return state?.kind === 'live' && state.nodeId.startsWith('access-');
  });
  await person.untilJoined();
  await stage.say(person, 'GOOD', 10);
  await person.untilSaid('GOOD', 10);
  await person.assertWhole('GOOD', 10);
  assert.equal(await person.countOf(LIE), 0);
}

/** What is on its way may take a moment to go; what is kept stays. */
async function untilSmall({ device }: Person, before: number, when: string): Promise<void> {
  const look = async (): Promise<void> => {
    const growth = (await device.heapBytes()) - before;
    assert.ok(growth < MAX_GROWTH_BYTES, `${growth} bytes are kept ${when}`);
  };
  await eventually(look, { what: 'a small heap', everyMs: 100 });
}
