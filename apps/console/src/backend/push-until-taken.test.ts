import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { LongwireError } from './longwire-api.ts';
import { pushUntilTaken } from './push-until-taken.ts';

const REQUEST = { target: { kind: 'all' }, payload: { cmd: 'X' }, idempotencyKey: 'e1' } as const;

function open(statuses: readonly number[], retryAfterMs = 0) {
  const clock = fakeClock();
  const triedAtMs: number[] = [];
  const api = {
    async push() {
      const status = statuses[triedAtMs.length] ?? 202;
      triedAtMs.push(clock.monotonic());
      if (status !== 202) throw new LongwireError('refused', { status, retryAfterMs });
      return { messageId: 'm1', acceptedAt: 1 };
    },
  };
  const stopping = new AbortController();
  const outcome = pushUntilTaken(REQUEST, {
    api,
    clock,
    signal: stopping.signal,
    giveUpMs: 10_000,
    random: () => 0,
  }).then(
    () => 'taken',
    (error: LongwireError) => error.status,
  );
  return { clock, triedAtMs, stopping, outcome };
}

test('tries again while nobody answers, with growing pauses', async () => {
  const { clock, triedAtMs, outcome } = open([0, 503, 429]);
  await clock.advanceAsync(1_000);
  assert.equal(await outcome, 'taken');
  assert.deepEqual(triedAtMs, [0, 50, 150, 350]);
});

test('waits as long as it was told to', async () => {
  const { clock, triedAtMs, outcome } = open([429], 2_000);
  await clock.advanceAsync(2_000);
  assert.equal(await outcome, 'taken');
  assert.deepEqual(triedAtMs, [0, 2_000]);
});

test('gives up at once when the refusal will not pass', async () => {
  const { triedAtMs, outcome } = open([400, 202]);
  assert.equal(await outcome, 400);
  assert.equal(triedAtMs.length, 1);
});

test('gives up when its time is over', async () => {
  const { clock, outcome } = open(Array.from({ length: 100 }, () => 503));
  await clock.advanceAsync(10_000);
  assert.equal(await outcome, 503);
  assert.equal(clock.pendingTimers(), 0);
});

test('a stop ends the wait with one last try', async () => {
  const { clock, stopping, triedAtMs, outcome } = open([503, 503, 503]);
  await clock.advanceAsync(0);
  stopping.abort();
  assert.equal(await outcome, 503);
  assert.equal(triedAtMs.length, 2);
  assert.equal(clock.pendingTimers(), 0);
});
