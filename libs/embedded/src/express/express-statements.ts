import type { DatabaseSync } from 'node:sqlite';
import type { Message } from '@longwire/domain';

export interface PendingRow {
  readonly messageId: string;
  readonly addressee: string;
  readonly acceptedAt: number;
  readonly attempts: number;
  readonly head: string;
  readonly payload: Uint8Array;
  readonly expiresAt: number;
}

export interface MessageRow {
  readonly expiresAt: number;
  readonly targets: number;
  readonly acked: number;
  readonly attempts: number;
}

const PENDING_COLUMNS = `p.message_id AS messageId, p.addressee AS addressee, p.accepted_at AS acceptedAt,
  p.attempts AS attempts, m.head AS head, m.payload AS payload, m.expires_at AS expiresAt
  FROM pending p JOIN message m USING (message_id)`;

export type ExpressStatements = ReturnType<typeof prepareStatements>;

/** Every SQL statement of the express store, prepared once. */
export function prepareStatements(db: DatabaseSync) {
  const insertMessage = db.prepare(
    'INSERT INTO message (message_id, head, payload, expires_at, targets) VALUES (?, ?, ?, ?, ?)',
  );
  const insertPending = db.prepare(
    'INSERT INTO pending (message_id, addressee, accepted_at, due_at) VALUES (?, ?, ?, ?)',
  );
  const findMessage = db.prepare(
    'SELECT expires_at AS expiresAt, targets, acked, attempts FROM message WHERE message_id = ?',
  );
  const dropPending = db.prepare('DELETE FROM pending WHERE message_id = ? AND addressee = ?');
  const insertAcked = db.prepare('INSERT OR IGNORE INTO acked (message_id, addressee) VALUES (?, ?)');
  const countAck = db.prepare('UPDATE message SET acked = acked + 1 WHERE message_id = ?');
  const wasAcked = db.prepare('SELECT 1 FROM acked WHERE message_id = ? AND addressee = ?');
  const due = db.prepare(`SELECT ${PENDING_COLUMNS} WHERE p.due_at <= ? ORDER BY p.due_at, p.accepted_at LIMIT ?`);
  const pendingOf = db.prepare(`SELECT ${PENDING_COLUMNS} WHERE p.addressee = ? ORDER BY p.accepted_at LIMIT ?`);
  const putOff = db.prepare('UPDATE pending SET attempts = ?, due_at = ? WHERE message_id = ? AND addressee = ?');
  const countAttempt = db.prepare('UPDATE message SET attempts = attempts + 1 WHERE message_id = ?');
  const expiredBefore = db.prepare('SELECT message_id AS messageId FROM message WHERE expires_at < ? LIMIT ?');
  const countPending = db.prepare('SELECT count(*) AS n FROM pending');
  const forget = ['message', 'acked', 'pending'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE message_id = ?`),
  );
  const rowsOf = <Row>(rows: unknown): readonly Row[] => rows as readonly Row[];

  return {
    insertMessage(message: Message, row: { head: string; expiresAt: number; targets: number }): void {
      insertMessage.run(message.messageId, row.head, message.payload, row.expiresAt, row.targets);
    },
    insertPending(message: Message, addressee: string, dueAt: number): void {
      insertPending.run(message.messageId, addressee, message.acceptedAtMs, dueAt);
    },
    findMessage: (messageId: string) => findMessage.get(messageId) as MessageRow | undefined,
    /** True when it was pending and is acked now. */
    settleAcked(messageId: string, addressee: string): boolean {
      if (dropPending.run(messageId, addressee).changes === 0) return false;
      insertAcked.run(messageId, addressee);
      countAck.run(messageId);
      return true;
    },
    wasAcked: (messageId: string, addressee: string) => wasAcked.get(messageId, addressee) !== undefined,
    dropPending: (messageId: string, addressee: string) => Number(dropPending.run(messageId, addressee).changes),
    due: (nowMs: number, limit: number) => rowsOf<PendingRow>(due.all(nowMs, limit)),
    pendingOf: (addressee: string, limit: number) => rowsOf<PendingRow>(pendingOf.all(addressee, limit)),
    putOff(row: PendingRow, attempts: number, dueAt: number): void {
      putOff.run(attempts, dueAt, row.messageId, row.addressee);
      countAttempt.run(row.messageId);
    },
    messagesExpiredBefore: (beforeMs: number, limit: number) =>
      rowsOf<{ messageId: string }>(expiredBefore.all(beforeMs, limit)).map((row) => row.messageId),
    /** Removes all traces; returns how many deliveries were still pending. */
    forgetMessage: (messageId: string) =>
      Number(forget.map((statement) => statement.run(messageId).changes).at(-1) ?? 0),
    countPending: () => Number(countPending.get()?.['n'] ?? 0),
  };
}
