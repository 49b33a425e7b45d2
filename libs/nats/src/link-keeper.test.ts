import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSilentLogger } from '@longwire/runtime';
import { fakeClock } from '@longwire/testkit';
import { FakeLink } from './fake-link.ts';
import { LinkKeeper } from './link-keeper.ts';

function keep(dial: () => Promise<FakeLink>, random: () => number) {
  const clock = fakeClock();
  const seen: string[] = [];
  const keeper = new LinkKeeper<FakeLink>({
    dial,
    onLink: async () => {
      seen.push('link');
      return true;
    },
    onLost: () => seen.push('lost'),
    clock,
    logger: createSilentLogger(),
    random,
  });
  return { clock, seen, keeper };
}

test('a lost link is replaced after 100 ms to 1 s, for as long as that takes', async () => {
  let dials = 0;
  const dial = (): Promise<FakeLink> => {
    dials += 1;
    return dials < 5 ? Promise.reject(new Error('refused')) : Promise.resolve(new FakeLink());
  };
  const { clock, seen, keeper } = keep(dial, () => 0.5);
  const first = new FakeLink();
  await keeper.start(first);
  first.close();
  await clock.advanceAsync(549);
  assert.equal(dials, 0);
  await clock.advanceAsync(1);
  assert.equal(dials, 1);
  await clock.advanceAsync(4 * 550);
  assert.deepEqual(seen, ['link', 'lost', 'link']);
});

test('the wait is never below 100 ms nor above 1 s', async () => {
  for (const [random, waitMs] of [
    [0, 100],
    [0.999, 999],
  ] as const) {
    let dials = 0;
    const { clock, keeper } = keep(
      async () => {
        dials += 1;
        return new FakeLink();
      },
      () => random,
    );
    const first = new FakeLink();
    await keeper.start(first);
    first.close();
    await clock.advanceAsync(waitMs - 1);
    assert.equal(dials, 0);
    await clock.advanceAsync(2);
    assert.equal(dials, 1);
  }
});

test('after close nothing is dialled any more, and a dial under way is dropped', async () => {
  const late = Promise.withResolvers<FakeLink>();
  const { clock, keeper } = keep(
    () => late.promise,
    () => 0,
  );
  const first = new FakeLink();
  await keeper.start(first);
  first.close();
  await clock.advanceAsync(100);
  keeper.close();
  const link = new FakeLink();
  late.resolve(link);
  await clock.advanceAsync(10_000);
  assert.equal(link.isLost, true);
  assert.equal(clock.pendingTimers(), 0);
});
