import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { ExpressAck, Message } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { Ledger } from './ledger/ledger.ts';
import { LogKeeper } from './log-keeper.ts';

const LONG_MS = 7 * 24 * 3600_000;

function message(id: string, ttlMs: number): Message {
  return {
    messageId: trustedId(id),
    target: { kind: 'user', userIds: [trustedId('u1'), trustedId('u2')] },
    payload: new Uint8Array(),
    lane: 'express',
    isAckWanted: true,
    ttlMs,
    acceptedAtMs: 0,
  };
}

function open() {
  const clock = fakeClock(0);
  const ledger = new Ledger({ spacingMs: [1000], maxRounds: 0 });
  const calls: string[] = [];
  const state = { isTrimSafe: true, isAway: false };
  const attempt = (call: string): Promise<void> => {
    if (state.isAway) return Promise.reject(new Error('away'));
    calls.push(call);
    return Promise.resolve();
  };
  const keeper = new LogKeeper({
    log: {
      trim: (before) => attempt(`trim ${before}`),
      carry: ({ messageId }, acks: readonly ExpressAck[], from) => attempt(`carry ${messageId} ${acks.length} ${from}`),
    },
    ledger,
    clock,
    isMine: (id) => id !== 'other',
    isTrimSafe: () => state.isTrimSafe,
    onCarried: () => undefined,
    onFault: () => undefined,
  });
  const run = async (): Promise<readonly string[]> => {
    clock.advance(2000);
    keeper.tick();
    await keeper.idle();
    return calls.splice(0);
  };
  return { ledger, state, run };
}

test('trims up to the first message that may still be delivered, once, and to the end when there is none', async () => {
  const { ledger, run } = open();
  ledger.add(message('m1', 5000), 1, 0);
  ledger.add(message('m2', 9000), 2, 0);
  assert.deepEqual([await run(), await run()], [['trim 1'], []]);
  ledger.takeExpired(5000, 10);
  assert.deepEqual(await run(), ['trim 2']);
  ledger.readAcks([], 3);
  ledger.takeExpired(9000, 10);
  assert.deepEqual(await run(), ['trim 4']);
});

test('trims nothing while what ended is not written down, and tries again after a failure', async () => {
  const { ledger, state, run } = open();
  ledger.add(message('m1', 5000), 7, 0);
  state.isTrimSafe = false;
  assert.deepEqual(await run(), []);
  Object.assign(state, { isTrimSafe: true, isAway: true });
  assert.deepEqual(await run(), []);
  state.isAway = false;
  assert.deepEqual(await run(), ['trim 7']);
});

test('a message with a long ttl is carried to the end when little else is open, so that it holds nothing up', async () => {
  const { ledger, run } = open();
  ledger.add(message('other', LONG_MS), 1, 0);
  ledger.add(message('m1', LONG_MS), 2, 0);
  ledger.ack({ messageId: trustedId('m1'), userId: trustedId('u1'), deviceId: trustedId('d1') });
  ledger.readAcks([], 20_002);
  assert.deepEqual(await run(), ['trim 1']);
  ledger.readAcks([], 20_003);
  assert.deepEqual(await run(), ['carry m1 1 2']);
  ledger.add(message('other', LONG_MS), 20_004, 0);
  ledger.add(message('m1', LONG_MS), 20_005, 0);
  assert.deepEqual(await run(), ['trim 20004']);
});

test('what was in a log that was lost is written to the new one', async () => {
  const { ledger, run } = open();
  ledger.add(message('m1', LONG_MS), 900, 0);
  ledger.add(message('m2', LONG_MS), 1, 0);
  assert.deepEqual(await run(), ['carry m1 0 0']);
  ledger.add(message('m1', LONG_MS), 2, 0);
  assert.deepEqual(await run(), ['trim 1']);
});
