import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { DeviceId, MessageId, UserId } from '@longwire/domain';
import { Ledger } from './ledger/ledger.ts';
import type { TrackedMessage } from './ledger/tracked-message.ts';

// The published formula: a message that reaches with probability r, repeated n times, reaches with 1 - (1 - r)^(n + 1).
// It counts repeats into a link that loses at random; it says nothing of who is away for longer than the repeats last.

const MESSAGES = 6000;
const STEP_MS = 500;
const deviceId = trustedId<DeviceId>('d1');
const userId = trustedId<UserId>('u1');

/** mulberry32: the same numbers for the same seed everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Link {
  /** Of a frame, and of an ack alike. */
  readonly reach: number;
  /** The target is away until then. */
  readonly awayUntilMs: (random: () => number) => number;
}

/** Runs the ledger against the link; the share of messages that reach the application, and the copies it dedupes. */
function simulate(link: Link, { maxRounds, ttlMs, seed }: { maxRounds: number; ttlMs: number; seed: number }) {
  const random = seeded(seed);
  const ledger = new Ledger({ spacingMs: [1000, 2000, 4000, 8000, 15_000], maxRounds });
  const reached = new Set<MessageId>();
  const arrivals = new Map<number, MessageId[]>();
  const away = new Set<MessageId>();
  for (let index = 0; index < MESSAGES; index += 1) {
    const messageId = trustedId<MessageId>(`m${index}`);
    const arrivesAtMs = Math.ceil(link.awayUntilMs(random) / STEP_MS) * STEP_MS;
    if (arrivesAtMs > 0) away.add(messageId);
    arrivals.set(arrivesAtMs, [...(arrivals.get(arrivesAtMs) ?? []), messageId]);
    const target = { kind: 'user', userIds: [userId] } as const;
    const rest = { payload: new Uint8Array(), lane: 'express', isAckWanted: true, ttlMs, acceptedAtMs: 0 } as const;
    ledger.add({ messageId, target, ...rest }, index + 1, 0);
  }
  const send = (tracked: TrackedMessage): void => {
    const { messageId } = tracked.message;
    tracked.noteSent('user:u1', [{ userId, deviceId }]);
    if (random() >= link.reach) return;
    reached.add(messageId);
    if (random() < link.reach) ledger.ack({ messageId, userId, deviceId });
  };
  for (let nowMs = 0; nowMs < ttlMs; nowMs += STEP_MS) {
    for (const tracked of ledger.takeDue(nowMs, Number.MAX_SAFE_INTEGER)) {
      const isAbsent = away.has(tracked.message.messageId);
      if (!isAbsent) send(tracked);
      ledger.endRound(tracked, nowMs, isAbsent);
    }
    for (const messageId of arrivals.get(nowMs) ?? []) {
      // With a bounded number of sends, as in the formula, nobody waits for an arrival.
      if (!away.delete(messageId) || maxRounds > 0) continue;
      const tracked = ledger.find(messageId);
      if (tracked === undefined) continue;
      send(tracked);
      ledger.restart(tracked, nowMs + 1000);
    }
  }
  return reached.size / MESSAGES;
}

const connected: Link['awayUntilMs'] = () => 0;

test('n repeats reach 1 - (1 - r)^(n + 1) of those who are connected', () => {
  for (const [seed, reach] of [0.5, 0.7, 0.9].entries()) {
    for (const repeats of [0, 1, 2, 4]) {
      // An ack that is lost only adds a copy: it never takes a repeat away from a message that needs it.
      const share = simulate({ reach, awayUntilMs: connected }, { maxRounds: repeats + 1, ttlMs: 60_000, seed });
      const expected = 1 - (1 - reach) ** (repeats + 1);
      assert.ok(Math.abs(share - expected) < 0.02, `r ${reach}, n ${repeats}: ${share} instead of ${expected}`);
    }
  }
});

test('with targets away for a while, two repeats fall short of the formula and the pending store beats it', () => {
  const reach = 0.9;
  const link: Link = { reach, awayUntilMs: (random) => (random() < 0.3 ? random() * 40_000 : 0) };
  const formula = 1 - (1 - reach) ** 3;
  const bounded = simulate(link, { maxRounds: 3, ttlMs: 60_000, seed: 7 });
  const pending = simulate(link, { maxRounds: 0, ttlMs: 60_000, seed: 7 });
  assert.ok(bounded < formula - 0.1, `bounded ${bounded}`);
  assert.ok(pending > formula, `pending ${pending}, formula ${formula}`);
});

test('over a link that loses 3 of 100 frames, until the ttl ends nothing is lost', () => {
  assert.equal(simulate({ reach: 0.97, awayUntilMs: connected }, { maxRounds: 0, ttlMs: 60_000, seed: 3 }), 1);
});
