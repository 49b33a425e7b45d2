import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '@longwire/domain';
import { createMemoryLeaseStore } from '@longwire/embedded';
import { createSilentLogger } from '@longwire/runtime';
import { fakeClock } from '@longwire/testkit';
import { SiteShare } from './site-share.ts';

const IDS = Array.from({ length: 3000 }, (_, index) => `message-${index}`);

function openSite() {
  const clock = fakeClock();
  const leases = createMemoryLeaseStore({ clock });
  const state = { isAway: false, changes: 0 };
  const start = (holder: string): SiteShare => {
    const share = new SiteShare({
      leases: {
        join: (...args) =>
          state.isAway ? Promise.reject(new AppError('store-unavailable', 'away')) : leases.join(...args),
        leave: (...args) => leases.leave(...args),
      },
      site: 'a',
      holder,
      clock,
      logger: createSilentLogger(),
      periodMs: 500,
      ttlMs: 2000,
      onChange: () => (state.changes += 1),
    });
    share.start();
    return share;
  };
  return { clock, state, start };
}

const ownersOf = (shares: readonly SiteShare[]): readonly (readonly number[])[] =>
  IDS.map((id) => shares.flatMap((share, index) => (share.isMine(id) ? [index] : [])));

test('each id belongs to one process, about as many to each, and only the leaver’s ids move', async () => {
  const { clock, start, state } = openSite();
  const shares = ['p1', 'p2', 'p3'].map(start);
  await clock.advanceAsync(1000);
  const before = ownersOf(shares);
  assert.ok(before.every((owners) => owners.length === 1));
  for (const index of [0, 1, 2]) {
    const count = before.filter(([owner]) => owner === index).length;
    assert.ok(count > 850 && count < 1150, `${count} of 3000`);
  }
  const changes = state.changes;
  const stopping = shares[2]?.stop();
  await clock.advanceAsync(600);
  await stopping;
  const after = ownersOf(shares.slice(0, 2));
  assert.ok(
    after.every(
      (owners, index) => owners.length === 1 && (before[index]?.[0] === 2 || before[index]?.[0] === owners[0]),
    ),
  );
  assert.ok(state.changes > changes);
  await Promise.all(shares.map((share) => share.stop()));
});

test('a process acts for all before it knows the others, and when it no longer can know', async () => {
  const { clock, start, state } = openSite();
  const shares = ['p1', 'p2'].map(start);
  assert.ok(ownersOf(shares).every((owners) => owners.length === 2));
  await clock.advanceAsync(1000);
  state.isAway = true;
  await clock.advanceAsync(1400);
  assert.ok(ownersOf(shares).every((owners) => owners.length === 1));
  await clock.advanceAsync(1200);
  assert.ok(ownersOf(shares).every((owners) => owners.length === 2));
  state.isAway = false;
  await clock.advanceAsync(6000);
  assert.ok(ownersOf(shares).every((owners) => owners.length === 1));
  await Promise.all(shares.map((share) => share.stop()));
});
