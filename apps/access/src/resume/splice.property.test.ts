import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GoodClient, Node, Owner } from '../../test/splice-world.ts';

type Step =
  | { readonly kind: 'batch'; readonly count: number; readonly isLostAt: number }
  | { readonly kind: 'deliver'; readonly node: number }
  | { readonly kind: 'enter'; readonly client: number; readonly node: number }
  | { readonly kind: 'leave'; readonly client: number }
  | { readonly kind: 'takeover'; readonly isPastGone: boolean }
  | { readonly kind: 'forget'; readonly count: number }
  | { readonly kind: 'wait'; readonly ms: number };

const node = fc.nat({ max: 1 });
const client = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      count: fc.integer({ min: 1, max: 4 }),
      isLostAt: fc.integer({ min: -6, max: 1 }),
    }),
  },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('deliver' as const), node }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('enter' as const), client, node }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), client }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('takeover' as const), isPastGone: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), count: fc.integer({ min: 1, max: 10 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 50, max: 1200 }) }) },
);

function setUp() {
  const owner = new Owner();
  const nodes = [new Node(owner), new Node(owner)];
  const clients = [new GoodClient(), new GoodClient(), new GoodClient()];
  return { owner, nodes, clients };
}

type World = ReturnType<typeof setUp>;

async function takeOver({ owner, nodes }: World, isPastGone: boolean): Promise<void> {
  owner.ownerEpoch += 1;
  const newest = nodes
    .map(({ room }) => room)
    .reduce((best, room) =>
      room.epoch > best.epoch || (room.epoch === best.epoch && room.lastSeq > best.lastSeq) ? room : best,
    );
  if (isPastGone || newest.epoch === 0) Object.assign(owner, { epoch: owner.ownerEpoch, lastSeq: 0, firstSeq: 1 });
  else Object.assign(owner, { epoch: newest.epoch, lastSeq: newest.lastSeq });
  for (const one of nodes) await one.fence(owner.ownerEpoch);
}

async function run(world: World, action: Step): Promise<void> {
  const { owner, nodes, clients } = world;
  switch (action.kind) {
    case 'batch': {
      const payload = owner.batch(action.count);
      for (const [index, one] of nodes.entries()) if (index !== action.isLostAt) one.send(payload);
      return;
    }
    case 'deliver':
      await nodes[action.node]?.deliver();
      return;
    case 'enter': {
      const target = nodes[action.node];
      if (target !== undefined) clients[action.client]?.enter(target);
      return;
    }
    case 'leave':
      clients[action.client]?.leave();
      return;
    case 'takeover':
      await takeOver(world, action.isPastGone);
      return;
    case 'forget':
      owner.firstSeq = Math.min(owner.lastSeq + 1, owner.firstSeq + action.count);
      return;
    case 'wait':
      for (const one of nodes) await one.clock.advanceAsync(action.ms);
      return;
  }
}

/** All that is on its way arrives, all deadlines pass. */
async function comeToRest({ nodes }: World): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    for (const one of nodes) {
      while (await one.deliver());
      await one.clock.advanceAsync(1500);
    }
  }
}

/** In order, nothing twice, and no hole that the client was not told of. */
function check(shown: GoodClient['shown']): void {
  let last = { epoch: 0, seq: 0 };
  let isLossTold = true;
  for (const entry of shown) {
    if (entry === 'loss') {
      isLossTold = true;
      continue;
    }
    const isNewEpoch = entry.epoch > last.epoch;
    assert.ok(isNewEpoch || entry.epoch === last.epoch, `an older epoch came after ${JSON.stringify(last)}`);
    if (!isNewEpoch) assert.ok(entry.seq > last.seq, `${entry.seq} came after ${last.seq}`);
    if (!isNewEpoch && !isLossTold) assert.equal(entry.seq, last.seq + 1, 'a hole nobody told of');
    last = entry;
    isLossTold = false;
  }
}

test('over any order of batches, losses, reconnects, resumes and takeovers: in order, once, no hole that was not told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const world = setUp();
      for (const action of steps) await run(world, action);
      await comeToRest(world);
      const { clients, nodes, owner } = world;
      assert.ok(
        clients.every((one) => !one.isWaiting),
        'every resume was answered',
      );
      // One more message everywhere shows whoever has a hole that it has one.
      const payload = owner.batch(1);
      for (const one of nodes) one.send(payload);
      await comeToRest(world);
      for (const [index, one] of clients.entries()) {
        assert.deepEqual(one.violations, []);
        check(one.shown);
        one.enter(nodes[index % 2] as Node);
        await comeToRest(world);
        check(one.shown);
        const last = one.shown.findLast((entry) => entry !== 'loss');
        const hasLoss = one.shown.includes('loss') || last === undefined;
        if (!hasLoss) assert.deepEqual(last, { epoch: owner.epoch, seq: owner.lastSeq });
      }
    }),
    { numRuns: 400 },
  );
});
