import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NEWER, NEWER_BATCH, NEWER_ID, OLDER, OLDER_BATCH, OLDER_ID } from '../../test/dictionary-vectors.ts';
import type { RoomIndex } from '../../test/turns-world.ts';
import { TurnsWorld } from '../../test/turns-world.ts';

const VIEWERS = 7;
const PROTOVERS = [4, 1, 4, 3, 4, 4, 0] as const;

type Step =
  | { readonly kind: 'batch'; readonly room: RoomIndex; readonly count: number; readonly form: number }
  | { readonly kind: 'join' | 'leave' | 'express'; readonly viewer: number; readonly room: RoomIndex }
  | { readonly kind: 'resume'; readonly viewer: number; readonly room: RoomIndex; readonly behind: number }
  | { readonly kind: 'block' | 'unblock' | 'close'; readonly viewer: number }
  | { readonly kind: 'answer' | 'dictionary'; readonly room: RoomIndex }
  | { readonly kind: 'turn' | 'microtasks' | 'sweep' };

const room = fc.constantFrom<RoomIndex>(0, 0, 1);
const viewer = fc.nat({ max: VIEWERS - 1 });

function stepOf<K extends Step['kind'], R>(kind: K, rest: { [P in keyof R]: fc.Arbitrary<R[P]> }) {
  return fc.record({ kind: fc.constant(kind), ...rest });
}

const step = fc.oneof(
  { weight: 9, arbitrary: stepOf('batch', { room, count: fc.integer({ min: 1, max: 3 }), form: fc.nat({ max: 9 }) }) },
  { weight: 5, arbitrary: stepOf('join', { viewer, room }) },
  { weight: 4, arbitrary: stepOf('leave', { viewer, room }) },
  { weight: 5, arbitrary: stepOf('resume', { viewer, room, behind: fc.nat({ max: 4 }) }) },
  { weight: 2, arbitrary: stepOf('answer', { room }) },
  { weight: 2, arbitrary: stepOf('dictionary', { room }) },
  { weight: 2, arbitrary: stepOf('express', { viewer, room }) },
  { weight: 1, arbitrary: stepOf('close', { viewer }) },
  { weight: 1, arbitrary: stepOf('block', { viewer }) },
  { weight: 1, arbitrary: stepOf('unblock', { viewer }) },
  { weight: 1, arbitrary: stepOf('sweep', {}) },
  { weight: 8, arbitrary: stepOf('turn', {}) },
  { weight: 3, arbitrary: stepOf('microtasks', {}) },
) as fc.Arbitrary<Step>;

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Nothing is under way after it, nor about to be: an owner's answer may just have come. */
async function restOf(world: TurnsWorld): Promise<void> {
  do await turn();
  while (world.fanOutsUnderWay > 0);
}

/** The viewer of a place; one that has closed comes back as another connection. */
function viewerAt(world: TurnsWorld, places: number[], place: number) {
  const known = world.viewers[places[place] ?? -1];
  if (known !== undefined && !known.connection.isClosed) return known;
  places[place] = world.viewers.length;
  return world.enter(PROTOVERS[place] ?? 0);
}

async function run(world: TurnsWorld, places: number[], action: Step): Promise<void> {
  switch (action.kind) {
    case 'batch': {
      const { count, form } = action;
      const dictionary = action.room === 1 ? undefined : form < 3 ? OLDER_BATCH : form < 7 ? NEWER_BATCH : undefined;
      world.batch(action.room, { count, isLost: form === 9, dictionary });
      return;
    }
    case 'join':
      world.join(viewerAt(world, places, action.viewer), action.room);
      return;
    case 'leave':
      world.leave(viewerAt(world, places, action.viewer), action.room);
      return;
    case 'resume':
      world.resume(viewerAt(world, places, action.viewer), action.room, action.behind);
      return;
    case 'answer':
      world.answer(action.room);
      return;
    case 'dictionary':
      if (action.room === 0) world.dictionary(OLDER_ID, OLDER);
      else world.dictionary(NEWER_ID, NEWER);
      return;
    case 'express':
      world.express(action.room);
      return;
    case 'close':
      viewerAt(world, places, action.viewer).connection.close('drain');
      return;
    case 'block':
    case 'unblock':
      // Whether a line takes bytes is asked when they are offered: it changes when nothing is under way.
      await restOf(world);
      viewerAt(world, places, action.viewer).setBlocked(action.kind === 'block');
      return;
    case 'sweep':
      world.sweepDictionaries();
      return;
    case 'turn':
      await turn();
      return;
    case 'microtasks':
      for (let round = 0; round < 20; round += 1) await Promise.resolve();
      return;
  }
}

/** What each viewer of a world was written, room by room, after everybody has joined and all steps were taken. */
async function storiesOf(membersPerTurn: number, steps: readonly Step[]): Promise<readonly (readonly string[])[]> {
  const world = new TurnsWorld(membersPerTurn);
  const places: number[] = [];
  for (let place = 0; place < VIEWERS; place += 1) {
    world.join(viewerAt(world, places, place), 0);
    if (place % 2 === 0) world.join(viewerAt(world, places, place), 1);
  }
  await turn();
  for (const action of steps) await run(world, places, action);
  for (const one of [0, 1] as const) while (world.answer(one)) await turn();
  await world.clock.advanceAsync(10_000);
  world.stop();
  assert.equal(world.fanOutsUnderWay, 0);
  return world.viewers.flatMap((one) => [one.storyOf(0), one.storyOf(1)]);
}

test('in turns each client is written what it is written in one piece, byte by byte, whatever comes in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { minLength: 5, maxLength: 60 }),
      async (perTurn, steps) => {
        const inOnePiece = await storiesOf(1_000_000, steps);
        assert.deepEqual(await storiesOf(perTurn, steps), inOnePiece);
      },
    ),
    { numRuns: 300 },
  );
});
