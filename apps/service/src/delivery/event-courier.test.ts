import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { ClientEvent, EventCursors, EventLog, LeaseStore } from '@longwire/domain';
import { createMemoryEventCursors, createMemoryEventLog, createMemoryLeaseStore } from '@longwire/embedded';
import { createSilentLogger } from '@longwire/runtime';
import { fakeClock } from '@longwire/testkit';
import type { FakeClock } from '@longwire/testkit';
import { createEventCourier } from './event-courier.ts';
import type { EventBatch } from './event-sink.ts';
import { SINK_LEASE_MS } from './sink-lease.ts';

function enter(id: number): ClientEvent {
  return {
    type: 'room.enter',
    eventId: `e${id}`,
    roomId: trustedId('r1'),
    userId: '0',
    deviceId: trustedId('d1'),
    connectionId: trustedId('c1'),
    at: id,
  };
}

interface World {
  readonly clock: FakeClock;
  readonly leases: LeaseStore;
  readonly log: EventLog;
  readonly cursors: EventCursors;
}

function createWorld(): World {
  const clock = fakeClock();
  return {
    clock,
    leases: createMemoryLeaseStore({ clock }),
    log: createMemoryEventLog({ clock }),
    cursors: createMemoryEventCursors(),
  };
}

/** A courier to a sink that notes what it gets and does what it is told. */
function openCourier(world: World, holder: string) {
  const taken: string[] = [];
  const gaps: boolean[] = [];
  const state = {
    failures: 0,
    deliver: (_batch: EventBatch, _signal: AbortSignal): Promise<void> => Promise.resolve(),
  };
  const courier = createEventCourier({
    sink: {
      name: 'webhook',
      maxEvents: 2,
      async deliver(batch, signal) {
        await state.deliver(batch, signal);
        taken.push(...batch.events.map(({ eventId }) => eventId));
        gaps.push(batch.isGap);
      },
    },
    ...world,
    holder,
    logger: createSilentLogger(),
    onDelivered: () => undefined,
    onFailure: () => (state.failures += 1),
  });
  return { courier, taken, gaps, state, start: () => courier.start(new AbortController().signal) };
}

describe('passing the event log on', () => {
  test('hands over what the log has, in order, in batches, and what comes later', async () => {
    const world = createWorld();
    const { courier, taken, start } = openCourier(world, 'a');
    await world.log.append([enter(1), enter(2), enter(3)]);
    await start();
    await world.clock.advanceAsync(200);
    await world.log.append([enter(4)]);
    await world.clock.advanceAsync(200);
    assert.deepEqual(taken, ['e1', 'e2', 'e3', 'e4']);
    await courier.stop();
    assert.equal(world.clock.pendingTimers(), 0);
  });

  test('a batch that was refused is handed over again, with pauses that grow, and nothing overtakes it', async () => {
    const world = createWorld();
    const { courier, taken, state, start } = openCourier(world, 'a');
    state.deliver = () => Promise.reject(new Error('500'));
    await world.log.append([enter(1)]);
    await start();
    await world.clock.advanceAsync(60_000);
    await world.log.append([enter(2)]);
    assert.ok(state.failures > 3 && state.failures < 20, `${state.failures} tries in a minute`);
    assert.deepEqual(taken, []);
    state.deliver = () => Promise.resolve();
    await world.clock.advanceAsync(31_000);
    assert.deepEqual(taken, ['e1', 'e2']);
    await courier.stop();
  });

  test('one of two processes does it; the other goes on from where it stopped when it is gone', async () => {
    const world = createWorld();
    const [first, second] = [openCourier(world, 'a'), openCourier(world, 'b')];
    await first.start();
    await world.clock.advanceAsync(10);
    await second.start();
    await world.log.append([enter(1)]);
    await world.clock.advanceAsync(5000);
    assert.deepEqual([first.courier.isActive(), second.courier.isActive()], [true, false]);
    await first.courier.stop();
    await world.log.append([enter(2)]);
    await world.clock.advanceAsync(3000);
    assert.deepEqual([first.taken, second.taken], [['e1'], ['e2']]);
    await second.courier.stop();
  });

  test('a process that was stopped and wakes up does not set the position back', async () => {
    const world = createWorld();
    const [slow, next] = [openCourier(world, 'a'), openCourier(world, 'b')];
    const held = Promise.withResolvers<void>();
    slow.state.deliver = () => held.promise;
    await world.log.append([enter(1), enter(2)]);
    let isStopped = false;
    const claim = world.leases.claim.bind(world.leases);
    world.leases.claim = (leaseId, holder, ttlMs) =>
      isStopped && holder === 'a' ? Promise.reject(new Error('stopped')) : claim(leaseId, holder, ttlMs);
    await slow.start();
    await world.clock.advanceAsync(10);
    isStopped = true;
    await world.clock.advanceAsync(SINK_LEASE_MS + 100);
    await next.start();
    await world.clock.advanceAsync(200);
    assert.deepEqual(next.taken, ['e1', 'e2']);
    const saved = await world.cursors.read('events/webhook');
    held.resolve();
    await world.clock.advanceAsync(100);
    assert.deepEqual(await world.cursors.read('events/webhook'), saved);
    await slow.courier.stop();
    await next.courier.stop();
  });

  test('tells of a gap when the log was lost, and goes on with what there is', async () => {
    const world = createWorld();
    let log = world.log;
    const followed: EventLog = {
      append: (...args) => log.append(...args),
      readAfter: (...args) => log.readAfter(...args),
    };
    const { courier, taken, gaps, start } = openCourier({ ...world, log: followed }, 'a');
    await log.append([enter(1)]);
    await start();
    await world.clock.advanceAsync(100);
    log = createMemoryEventLog({ clock: world.clock });
    await log.append([enter(7)]);
    await world.clock.advanceAsync(3000);
    assert.deepEqual(
      [taken, gaps],
      [
        ['e1', 'e7'],
        [false, true],
      ],
    );
    await courier.stop();
  });

  test('stopping ends a delivery that hangs', async () => {
    const world = createWorld();
    const { courier, taken, state, start } = openCourier(world, 'a');
    state.deliver = (_batch, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    await world.log.append([enter(1)]);
    await start();
    await world.clock.advanceAsync(10);
    await courier.stop();
    assert.deepEqual(taken, []);
    assert.equal(world.clock.pendingTimers(), 0);
  });
});
