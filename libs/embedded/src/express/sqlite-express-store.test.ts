import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { Message, MessageId } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { openSqliteExpressStore } from '../index.ts';

const DAY_MS = 24 * 3600_000;
const late = (): number => 60_000;

function messageFor(id: string, ttlMs = 60_000): Message {
  return {
    messageId: trustedId<MessageId>(id),
    target: { kind: 'user', userIds: [trustedId('u1')] },
    payload: new TextEncoder().encode('{"cmd":"PK"}'),
    lane: 'express',
    isAckWanted: true,
    ttlMs,
    acceptedAtMs: 1000,
  };
}

function withFolder(run: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'longwire-express-'));
    try {
      await run(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'store-unavailable';

describe('SQLite express store', () => {
  test(
    'has everything again after the process was started anew, in a folder it makes',
    withFolder(async (folder) => {
      const path = join(folder, 'deep', 'express.db');
      const clock = fakeClock();
      const before = openSqliteExpressStore({ path, clock });
      await Promise.all(['m1', 'm2', 'm3'].map((id) => before.add(messageFor(id))));
      await before.ack(messageFor('m2').messageId, [{ kind: 'user', id: trustedId('u1') }]);
      before.close();
      const after = openSqliteExpressStore({ path, clock });
      assert.equal(await after.pendingCount(), 2);
      const taken = await after.takeDue(10, late);
      assert.deepEqual(taken.map(({ message }) => message.messageId).toSorted(), ['m1', 'm3']);
      assert.equal((await after.report(messageFor('m2').messageId))?.status, 'delivered');
      after.close();
    }),
  );

  test(
    'has what was added on disk when `add` resolves, seen by another reader of the file',
    withFolder(async (folder) => {
      const path = join(folder, 'express.db');
      const store = openSqliteExpressStore({ path, clock: fakeClock() });
      await store.add(messageFor('m1'));
      const reader = new DatabaseSync(path, { readOnly: true });
      assert.equal(reader.prepare('SELECT count(*) AS n FROM pending').get()?.['n'], 1);
      reader.close();
      store.close();
    }),
  );

  test('commits what waits when it is closed, and refuses all calls after', async () => {
    const store = openSqliteExpressStore({ path: ':memory:', clock: fakeClock() });
    const adding = store.add(messageFor('m1'));
    store.close();
    store.close();
    await adding;
    await assert.rejects(store.add(messageFor('m2')), isUnavailable);
    await assert.rejects(store.pendingCount(), isUnavailable);
  });

  test('forgets a message a day after its time, and what of it was pending still', async () => {
    const clock = fakeClock();
    const store = openSqliteExpressStore({ path: ':memory:', clock });
    await store.add(messageFor('m1', 1000));
    await clock.advanceAsync(DAY_MS - 60_000);
    assert.equal((await store.report(messageFor('m1').messageId))?.status, 'expired');
    await clock.advanceAsync(180_000);
    assert.equal(await store.report(messageFor('m1').messageId), undefined);
    assert.equal(await store.pendingCount(), 0);
    store.close();
    assert.equal(clock.pendingTimers(), 0);
  });

  test('refuses a message that has no addressees to ack it', async () => {
    const store = openSqliteExpressStore({ path: ':memory:', clock: fakeClock() });
    const toAll: Message = { ...messageFor('m1'), target: { kind: 'all' } };
    await assert.rejects(store.add(toAll), (error) => error instanceof AppError && error.code === 'invalid-request');
    store.close();
  });

  test(
    'undoes and rejects what could not be written, and counts right afterwards',
    withFolder(async (folder) => {
      const path = join(folder, 'express.db');
      const store = openSqliteExpressStore({ path, clock: fakeClock() });
      await store.add(messageFor('m1'));
      const saboteur = new DatabaseSync(path);
      saboteur.exec(`CREATE TRIGGER full BEFORE INSERT ON pending WHEN NEW.message_id = 'm3'
        BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
      const outcomes = await Promise.allSettled([store.add(messageFor('m2')), store.add(messageFor('m3'))]);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status === 'rejected' && isUnavailable(outcome.reason)),
        [true, true],
      );
      assert.equal(await store.pendingCount(), 1);
      saboteur.exec('DROP TRIGGER full');
      saboteur.close();
      await store.add(messageFor('m3'));
      assert.equal(await store.pendingCount(), 2);
      store.close();
    }),
  );

  test(
    'does not open a file that is no database, or of another version',
    withFolder((folder) => {
      const foreign = join(folder, 'foreign.db');
      writeFileSync(foreign, 'not a database, but long enough to be taken for the header of one'.repeat(20));
      assert.throws(() => openSqliteExpressStore({ path: foreign, clock: fakeClock() }));
      const newer = join(folder, 'newer.db');
      const db = new DatabaseSync(newer);
      db.exec('PRAGMA user_version = 9');
      db.close();
      assert.throws(() => openSqliteExpressStore({ path: newer, clock: fakeClock() }), /schema version 9/);
      return Promise.resolve();
    }),
  );
});
