import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { ClientEvent, EventLog } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';
import { uplink } from './samples.ts';

export interface EventLogNeeds {
  readonly maxEvents: number;
}

const many = (count: number): readonly ClientEvent[] =>
  Array.from({ length: count }, (_, index) => uplink(`e${index + 1}`));

async function readIds(log: EventLog, position: string, limit = 1000): Promise<readonly string[]> {
  const page = await log.readAfter(position, { limit, waitMs: 0 });
  return page.events.map(({ event }) => event.eventId);
}

/** What every EventLog promises. */
export function describeEventLogContract(contract: Contract<EventLog, EventLogNeeds>): void {
  describe(`EventLog on ${contract.name}`, () => {
    const it = contractCases(contract, { maxEvents: 100_000 });

    it('reads from the beginning what was appended, whole and in order', async (log, { peer }) => {
      const events = many(3);
      await log.append(events.slice(0, 2));
      await log.append(events.slice(2));
      const page = await peer.readAfter('0', { limit: 10, waitMs: 0 });
      assert.deepEqual(
        page.events.map(({ event }) => event),
        events,
      );
      assert.equal(page.isGap, false);
    });

    it('goes on after the position of any event, and after `next`', async (log) => {
      await log.append(many(5));
      const first = await log.readAfter('0', { limit: 2, waitMs: 0 });
      assert.deepEqual(await readIds(log, first.next), ['e3', 'e4', 'e5']);
      assert.deepEqual(await readIds(log, first.events[0]?.position ?? ''), ['e2', 'e3', 'e4', 'e5']);
      assert.equal((await log.readAfter(first.next, { limit: 9, waitMs: 0 })).isGap, false);
    });

    it('reads nothing but what comes from now on after `$`', async (log) => {
      await log.append(many(2));
      const page = await log.readAfter('$', { limit: 10, waitMs: 0 });
      assert.deepEqual([page.events, page.isGap], [[], false]);
      await log.append([uplink('later')]);
      assert.deepEqual(await readIds(log, page.next), ['later']);
    });

    it('misses nothing when it starts with `$` on an empty log', async (log) => {
      const page = await log.readAfter('$', { limit: 10, waitMs: 0 });
      await log.append([uplink('first')]);
      assert.deepEqual(await readIds(log, page.next), ['first']);
    });

    it('answers at once when an event comes while it waits', async (log, { peer }) => {
      const reading = log.readAfter('$', { limit: 10, waitMs: 30_000 });
      const untilRead = new AbortController();
      const appending = appendUntil(peer, untilRead.signal);
      const page = await reading;
      untilRead.abort();
      await appending;
      assert.equal(page.events[0]?.event.type, 'uplink');
    });

    it('answers with nothing when the wait is called off', async (log) => {
      const stop = new AbortController();
      const reading = log.readAfter('$', { limit: 10, waitMs: 30_000, signal: stop.signal });
      stop.abort();
      assert.deepEqual((await reading).events, []);
      const late = await log.readAfter('$', { limit: 10, waitMs: 30_000, signal: stop.signal });
      assert.deepEqual(late.events, []);
    });

    it('takes nothing to append as nothing', async (log) => {
      await log.append([]);
      assert.deepEqual(await readIds(log, '0'), []);
    });

    it(
      'keeps at least the newest events when it is full, and tells a reader who was behind',
      async (log) => {
        await log.append(many(1));
        const start = await log.readAfter('0', { limit: 1, waitMs: 0 });
        for (let round = 0; round < 10; round += 1) await log.append(many(100));
        const page = await log.readAfter(start.next, { limit: 2000, waitMs: 0 });
        assert.equal(page.isGap, true);
        assert.ok(page.events.length >= 20 && page.events.length < 1000, `kept ${page.events.length}`);
        assert.equal(page.events.at(-1)?.event.eventId, 'e100');
        assert.equal((await log.readAfter(page.next, { limit: 10, waitMs: 0 })).isGap, false);
        assert.equal((await log.readAfter('0', { limit: 10, waitMs: 0 })).isGap, false);
      },
      { maxEvents: 20 },
    );

    it('tells a reader whose position is not of this log, and goes on from what it has', async (log, { peer }) => {
      await log.append(many(3));
      const { next } = await log.readAfter('$', { limit: 1, waitMs: 0 });
      const foreign = next.replaceAll(/\d+/g, '9999999999999');
      const page = await peer.readAfter(foreign, { limit: 10, waitMs: 0 });
      assert.equal(page.isGap, true);
      await log.append([uplink('new')]);
      assert.equal((await readIds(log, page.next)).at(-1), 'new');
    });

    it('reads what is kept, with a gap, after a position that is no position', async (log) => {
      await log.append(many(2));
      assert.equal((await log.readAfter('no such', { limit: 10, waitMs: 0 })).isGap, true);
    });
  });
}

/** Appends until the reader has it: the reader's `$` may be resolved only after the first ones. */
async function appendUntil(log: EventLog, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await log.append([uplink('tail')]);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
