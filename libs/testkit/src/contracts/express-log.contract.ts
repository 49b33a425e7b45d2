import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { ExpressAck, ExpressLog, Message } from '@longwire/domain';
import { eventually } from '../eventually.ts';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';
import { message } from './samples.ts';

export interface ExpressLogNeeds {
  readonly maxEntries: number;
}

export type ExpressLogContract = Contract<ExpressLog, ExpressLogNeeds>;

const many = (from: number, to: number): readonly Message[] =>
  Array.from({ length: to - from + 1 }, (_, index) => message(`m${from + index}`));

const ackOf = (messageId: string, userId = 'u1', deviceId = 'd1'): ExpressAck => ({
  messageId: trustedId(messageId),
  userId: trustedId(userId),
  deviceId: trustedId(deviceId),
});

/** Follows and writes down what comes: `m1`, or `ack m1`. */
function watch(log: ExpressLog) {
  const seen: string[] = [];
  const positions: number[] = [];
  const messages: Message[] = [];
  const state = { isCaughtUp: false, seenThen: 0 };
  const following = log.follow({
    onMessage: (found, position) => {
      seen.push(found.messageId);
      messages.push(found);
      positions.push(position);
    },
    onAcks: (acks, position) => {
      for (const { messageId } of acks) seen.push(`ack ${messageId}`);
      positions.push(position);
    },
    onCaughtUp: () => {
      assert.equal(state.isCaughtUp, false, 'caught up once');
      Object.assign(state, { isCaughtUp: true, seenThen: seen.length });
    },
  });
  const sees = (...expected: readonly string[]): Promise<unknown> => eventually(() => assert.deepEqual(seen, expected));
  const caughtUp = (): Promise<unknown> => eventually(() => state.isCaughtUp);
  return { seen, positions, messages, state, sees, caughtUp, stop: () => following.stop() };
}

const isOverloaded = (error: unknown): boolean => error instanceof AppError && error.code === 'overloaded';

/** What every ExpressLog promises. */
export function describeExpressLogContract(contract: ExpressLogContract): void {
  describe(`ExpressLog on ${contract.name}`, () => {
    const it = contractCases(contract, { maxEntries: 10_000 });

    it('hands over what was kept, says that this was all, and goes on with what comes', async (log, { peer }) => {
      for (const stored of many(1, 3)) await log.append(stored);
      const watched = watch(peer);
      await watched.caughtUp();
      assert.equal(watched.state.seenThen, 3);
      await log.append(message('m4'));
      await watched.sees('m1', 'm2', 'm3', 'm4');
    });

    it('says so at once when there is nothing', async (log) => {
      await watch(log).caughtUp();
    });

    it('gives a message whole', async (log, { peer }) => {
      const stored = message('m1', { users: ['u1', 'u2'], ttlMs: 1234 });
      await log.append(stored);
      await log.append(message('m2', { devices: ['d1'] }));
      const watched = watch(peer);
      await watched.sees('m1', 'm2');
      const { payload, ...head } = watched.messages[0] ?? message('none');
      const { payload: storedPayload, ...storedHead } = stored;
      assert.deepEqual(head, storedHead);
      assert.deepEqual([...payload], [...storedPayload]);
      assert.deepEqual(watched.messages[1]?.target, { kind: 'device', deviceIds: ['d1'] });
    });

    it('shows every follower everything in one order, at positions that rise', async (log, { peer }) => {
      const watched = [watch(log), watch(peer), watch(peer)];
      await Promise.all(many(1, 50).map((stored, index) => (index % 2 === 0 ? log : peer).append(stored)));
      await eventually(() => watched.every(({ seen }) => seen.length === 50));
      const [first, ...others] = watched;
      for (const other of others) assert.deepEqual([other.seen, other.positions], [first?.seen, first?.positions]);
      assert.ok(
        first?.positions.every((position, index) => index === 0 || position > (first.positions[index - 1] ?? 0)),
      );
    });

    it('stores a message that is appended again once', async (log, { peer }) => {
      await Promise.all([log.append(message('m1')), peer.append(message('m1')), log.append(message('m1'))]);
      await log.append(message('m2'));
      await watch(log).sees('m1', 'm2');
    });

    it('keeps acks in their place, a repeated batch once', async (log, { peer }) => {
      await log.append(message('m1'));
      await log.appendAcks([ackOf('m1'), ackOf('m9')], 'b1');
      await peer.appendAcks([ackOf('m1'), ackOf('m9')], 'b1');
      await log.append(message('m2'));
      const watched = watch(peer);
      await watched.sees('m1', 'ack m1', 'ack m9', 'm2');
    });

    it('tells a guest from a user in an ack', async (log) => {
      const guest: ExpressAck = { ...ackOf('m1'), userId: null };
      await log.appendAcks([guest, ackOf('m1')], 'b1');
      const seen: ExpressAck[] = [];
      log.follow({ onMessage: () => undefined, onAcks: (acks) => seen.push(...acks), onCaughtUp: () => undefined });
      await eventually(() => assert.deepEqual(seen, [guest, ackOf('m1')]));
    });

    it('forgets what lies before a trim, and nothing else', async (log, { peer }) => {
      const watched = watch(log);
      for (const stored of many(1, 5)) await log.append(stored);
      await watched.sees('m1', 'm2', 'm3', 'm4', 'm5');
      await peer.trim(watched.positions[3] ?? 0);
      await watch(peer).sees('m4', 'm5');
      await log.append(message('m6'));
      await watched.sees('m1', 'm2', 'm3', 'm4', 'm5', 'm6');
      await log.trim((watched.positions.at(-1) ?? 0) + 1);
      const empty = watch(peer);
      await empty.caughtUp();
      await log.append(message('m7'));
      await empty.sees('m7');
    });

    it('carries a message with its acks to the end, once for the same place', async (log, { peer }) => {
      const watched = watch(log);
      for (const stored of many(1, 3)) await log.append(stored);
      await watched.sees('m1', 'm2', 'm3');
      const from = watched.positions[0] ?? 0;
      await Promise.all([log, peer].map((one) => one.carry(message('m1'), [ackOf('m1')], from)));
      await watched.sees('m1', 'm2', 'm3', 'm1', 'ack m1');
      await log.trim(watched.positions[2] ?? 0);
      await watch(peer).sees('m3', 'm1', 'ack m1');
    });

    it('calls a follower no more once it is stopped', async (log) => {
      const [stopped, other] = [watch(log), watch(log)];
      await stopped.caughtUp();
      stopped.stop();
      stopped.stop();
      await log.append(message('m1'));
      await other.sees('m1');
      assert.deepEqual(stopped.seen, []);
    });

    it(
      'refuses with overloaded what it has no room for, and takes again after a trim',
      async (log, { peer }) => {
        for (const stored of many(1, 5)) await log.append(stored);
        await assert.rejects(peer.append(message('m6')), isOverloaded);
        await assert.rejects(peer.appendAcks([ackOf('m1')], 'b1'), isOverloaded);
        const watched = watch(log);
        await watched.sees('m1', 'm2', 'm3', 'm4', 'm5');
        await log.trim(watched.positions[2] ?? 0);
        await eventually(() => peer.append(message('m7')).then(() => true));
        await watched.sees('m1', 'm2', 'm3', 'm4', 'm5', 'm7');
      },
      { maxEntries: 5 },
    );

    it('refuses a message that nobody could ack', async (log) => {
      const toAll: Message = { ...message('m1'), target: { kind: 'all' } };
      await assert.rejects(log.append(toAll), (error) => error instanceof AppError && error.code === 'invalid-request');
    });
  });
}
