import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LatencyHistogram } from '../core/latency-histogram.ts';
import { monotonicMs } from '../core/monotonic.ts';
import type { AudienceTotals } from '../load/fleet.ts';
import { messagesOf, untilDelivered } from './delivery.ts';
import { ROOM_ENDS, USER_ENDS, watchLosses } from './losses.ts';

function totalsOf(messages: number): AudienceTotals {
  const stream = { messages, latency: new LatencyHistogram(), firstMs: 0, lastMs: 0 };
  return { open: 1, lost: 0, frames: messages, bytes: messages, streams: new Map([[0, stream]]), arrivals: [] };
}

/** A fleet whose reports tell one of `counts` after the other, the last one from there on. */
function fleetOf(counts: readonly number[]) {
  let asked = 0;
  const report = (): Promise<AudienceTotals> => {
    const count = counts[Math.min(asked, counts.length - 1)] ?? 0;
    asked += 1;
    return Promise.resolve(totalsOf(count));
  };
  return { report };
}

const over = { startMs: monotonicMs() - 60_000, ratePerSec: 1, count: 1 };
const wish = { audience: 'a', stream: 0, schedule: over, expected: 5 };

test('deliveries that still come are waited for, however late they are', async () => {
  const totals = await untilDelivered(fleetOf([1, 2, 3, 4, 5]), { ...wish, giveUpMs: 1 });
  assert.equal(messagesOf(totals, 0), 5);
});

test('when nothing more comes, what has come is told', async () => {
  assert.equal(messagesOf(await untilDelivered(fleetOf([3]), { ...wish, giveUpMs: 1 }), 0), 3);
});

test('losses are told by the tier that counted them, and only what came since', async () => {
  const counters: Record<string, number> = { longwire_access_shed_total: 7 };
  const longwire = { metric: (name: string) => Promise.resolve(counters[name] ?? 0) };
  const system = { longwire } as unknown as Parameters<typeof watchLosses>[0];
  const [losses, ofRooms] = [await watchLosses(system, USER_ENDS), await watchLosses(system, ROOM_ENDS)];
  assert.equal(await losses(), '');
  counters['longwire_access_shed_total'] = 9;
  counters['longwire_dispatch_express_absent_total'] = 20;
  assert.equal(await losses(), ', 20 x addressee not connected, 2 x shed');
  assert.equal(await ofRooms(), ', 2 x frame shed');
});
