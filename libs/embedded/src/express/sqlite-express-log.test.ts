import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { ExpressLog, Message, MessageId } from '@longwire/domain';
import { fakeClock, settle } from '@longwire/testkit';
import { openSqliteExpressLog } from '../index.ts';

const DAY_MS = 24 * 3600_000;

function messageFor(id: string): Message {
  return {
    messageId: trustedId<MessageId>(id),
    target: { kind: 'user', userIds: [trustedId('u1')] },
    payload: new TextEncoder().encode('{"cmd":"PK"}'),
    lane: 'express',
    isAckWanted: true,
    ttlMs: 60_000,
    acceptedAtMs: 1000,
  };
}

async function idsIn(log: ExpressLog): Promise<readonly string[]> {
  const ids: string[] = [];
  const following = log.follow({
    onMessage: ({ messageId }) => ids.push(messageId),
    onAcks: (acks) => ids.push(...acks.map(({ messageId }) => `ack ${messageId}`)),
    onCaughtUp: () => undefined,
  });
  await settle();
  following.stop();
  return ids;
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
const isOverloaded = (error: unknown): boolean => error instanceof AppError && error.code === 'overloaded';

describe('SQLite express log', () => {
  test(
    'has everything again after the process was started anew, in a folder it makes, and goes on counting',
    withFolder(async (folder) => {
      const path = join(folder, 'deep', 'express-log.db');
      const clock = fakeClock();
      const before = openSqliteExpressLog({ path, clock });
      await Promise.all(['m1', 'm2', 'm3'].map((id) => before.append(messageFor(id))));
      await before.reports.put({ messageId: trustedId('m0'), status: 'delivered', targets: 1, acked: 1, attempts: 2 });
      await before.trim(4);
      before.close();
      const after = openSqliteExpressLog({ path, clock });
      assert.deepEqual(await idsIn(after), []);
      await after.append(messageFor('m4'));
      const positions: number[] = [];
      after.follow({ onMessage: (_, at) => positions.push(at), onAcks: () => undefined, onCaughtUp: () => undefined });
      await settle();
      assert.deepEqual(positions, [4]);
      assert.equal((await after.reports.get(trustedId('m0')))?.attempts, 2);
      after.close();
    }),
  );

  test(
    'has what was appended on disk when `append` resolves, seen by another reader of the file',
    withFolder(async (folder) => {
      const path = join(folder, 'express-log.db');
      const log = openSqliteExpressLog({ path, clock: fakeClock() });
      await log.append(messageFor('m1'));
      const reader = new DatabaseSync(path, { readOnly: true });
      assert.equal(reader.prepare('SELECT count(*) AS n FROM entry').get()?.['n'], 1);
      reader.close();
      log.close();
    }),
  );

  test('commits what waits when it is closed, and refuses all calls after', async () => {
    const log = openSqliteExpressLog({ path: ':memory:', clock: fakeClock() });
    const appending = log.append(messageFor('m1'));
    log.close();
    log.close();
    await appending;
    assert.equal(log.isConnected(), false);
    await assert.rejects(log.append(messageFor('m2')), isUnavailable);
    await assert.rejects(log.trim(1), isUnavailable);
    assert.deepEqual(await idsIn(log), []);
  });

  test('forgets a report after a day, and leaves no timer behind', async () => {
    const clock = fakeClock();
    const log = openSqliteExpressLog({ path: ':memory:', clock });
    const messageId = trustedId<MessageId>('m1');
    await log.reports.put({ messageId, status: 'expired', targets: 1, acked: 0, attempts: 1 });
    await clock.advanceAsync(DAY_MS - 60_000);
    assert.equal((await log.reports.get(messageId))?.status, 'expired');
    await clock.advanceAsync(120_000);
    assert.equal(await log.reports.get(messageId), undefined);
    log.close();
    assert.equal(clock.pendingTimers(), 0);
  });

  test('is full by bytes as well, counts right after a trim, and takes a repeat of what it has when it is full', async () => {
    const sizeOf = (id: string): Message => ({ ...messageFor(id), payload: new Uint8Array(1000) });
    const log = openSqliteExpressLog({ path: ':memory:', clock: fakeClock(), maxBytes: 4500 });
    for (const id of ['m1', 'm2', 'm3']) await log.append(sizeOf(id));
    await assert.rejects(log.append(sizeOf('m4')), isOverloaded);
    await log.append(sizeOf('m3'));
    await log.trim(2);
    await log.append(sizeOf('m4'));
    await assert.rejects(log.append(sizeOf('m5')), isOverloaded);
    assert.deepEqual(await idsIn(log), ['m2', 'm3', 'm4']);
    log.close();
  });

  test('knows a repeat for two minutes also when the entry was trimmed', async () => {
    const clock = fakeClock();
    const log = openSqliteExpressLog({ path: ':memory:', clock });
    await log.append(messageFor('m1'));
    await log.trim(2);
    await clock.advanceAsync(119_000);
    await log.append(messageFor('m1'));
    assert.deepEqual(await idsIn(log), []);
    log.close();
  });

  test(
    'undoes and rejects what could not be written',
    withFolder(async (folder) => {
      const path = join(folder, 'express-log.db');
      const log = openSqliteExpressLog({ path, clock: fakeClock() });
      await log.append(messageFor('m1'));
      const saboteur = new DatabaseSync(path);
      saboteur.exec(`CREATE TRIGGER full BEFORE INSERT ON entry WHEN NEW.key = 'm3'
        BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
      const outcomes = await Promise.allSettled([log.append(messageFor('m2')), log.append(messageFor('m3'))]);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status === 'rejected' && isUnavailable(outcome.reason)),
        [true, true],
      );
      saboteur.exec('DROP TRIGGER full');
      saboteur.close();
      await log.append(messageFor('m3'));
      assert.deepEqual(await idsIn(log), ['m1', 'm3']);
      log.close();
    }),
  );

  test(
    'does not open a file that is no database, or of another version',
    withFolder((folder) => {
      const foreign = join(folder, 'foreign.db');
      writeFileSync(foreign, 'not a database, but long enough to be taken for the header of one'.repeat(20));
      assert.throws(() => openSqliteExpressLog({ path: foreign, clock: fakeClock() }));
      const newer = join(folder, 'newer.db');
      const db = new DatabaseSync(newer);
      db.exec('PRAGMA user_version = 9');
      db.close();
      assert.throws(() => openSqliteExpressLog({ path: newer, clock: fakeClock() }), /schema version 9/);
      return Promise.resolve();
    }),
  );
});
