import type { DatabaseSync } from 'node:sqlite';
import type { MessageReport } from '@longwire/domain';

export interface EntryRow {
  readonly position: number;
  readonly kind: 'message' | 'acks';
  readonly head: string;
  readonly payload: Uint8Array;
}

export interface NewEntry extends Omit<EntryRow, 'position'> {
  /** An entry with the same key is kept once. */
  readonly key: string;
}

export type LogStatements = ReturnType<typeof prepareLogStatements>;

/** Every SQL statement of the express log, prepared once. */
export function prepareLogStatements(db: DatabaseSync) {
  const insert = db.prepare('INSERT OR IGNORE INTO entry (kind, key, head, payload) VALUES (?, ?, ?, ?)');
  const hasKey = db.prepare('SELECT 1 FROM entry WHERE key = ?');
  const read = db.prepare(
    'SELECT position, kind, head, payload FROM entry WHERE position > ? ORDER BY position LIMIT ?',
  );
  const sizeOf = db.prepare(
    `SELECT count(*) AS entries, coalesce(sum(length(CAST(head AS BLOB)) + length(payload)), 0) AS bytes
    FROM entry WHERE position < ?`,
  );
  const trim = db.prepare('DELETE FROM entry WHERE position < ?');
  const put = db.prepare(`INSERT INTO report (message_id, status, targets, acked, attempts, keep_until)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (message_id) DO UPDATE SET status = excluded.status,
    targets = excluded.targets, acked = excluded.acked, attempts = excluded.attempts, keep_until = excluded.keep_until
    WHERE excluded.acked > acked OR (excluded.acked = acked AND excluded.attempts >= attempts)`);
  const get = db.prepare('SELECT status, targets, acked, attempts FROM report WHERE message_id = ? AND keep_until > ?');
  const forget = db.prepare('DELETE FROM report WHERE keep_until <= ?');

  return {
    hasKey: (key: string) => hasKey.get(key) !== undefined,
    /** False when an entry with this key is there already. */
    insert: ({ kind, key, head, payload }: NewEntry) => Number(insert.run(kind, key, head, payload).changes) > 0,
    readAfter: (position: number, limit: number) => read.all(position, limit) as unknown as readonly EntryRow[],
    sizeBefore: (position: number) =>
      sizeOf.get(position) as unknown as { readonly entries: number; readonly bytes: number },
    trim: (beforePosition: number) => void trim.run(beforePosition),
    putReport({ messageId, status, targets, acked, attempts }: MessageReport, keepUntilMs: number): void {
      put.run(messageId, status, targets, acked, attempts, keepUntilMs);
    },
    getReport: (messageId: string, nowMs: number) =>
      get.get(messageId, nowMs) as Omit<MessageReport, 'messageId'> | undefined,
    forgetReports: (nowMs: number) => void forget.run(nowMs),
  };
}
