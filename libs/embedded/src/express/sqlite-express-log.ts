import { AppError } from '@longwire/domain';
import type { Clock, ExpressAck, ExpressLog, Message, MessageReports } from '@longwire/domain';
import { GroupCommit } from './group-commit.ts';
import { encodeAcks, encodeMessage } from './log-codec.ts';
import { LogReader } from './log-reader.ts';
import { openLogDatabase } from './log-schema.ts';
import { prepareLogStatements } from './log-statements.ts';
import { RecentKeys } from './recent-keys.ts';
import type { NewEntry } from './log-statements.ts';

const KEEP_REPORT_MS = 24 * 3600_000;
const PURGE_PERIOD_MS = 60_000;
const RETRY_AFTER_MS = 1000;

export interface SqliteExpressLogOptions {
  /** File of the database; its folder is made when missing. `:memory:` keeps nothing. */
  readonly path: string;
  readonly clock: Clock;
  /** Bytes of all entries beyond which a write is refused with `overloaded`; default 256 MiB. */
  readonly maxBytes?: number;
  /** Entries beyond which it is; default 1,000,000. */
  readonly maxEntries?: number;
}

export interface SqliteExpressLog extends ExpressLog {
  /** In the same file. */
  readonly reports: MessageReports;
  /** Commits what waits and closes the file; calls after it reject with `store-unavailable`. Idempotent. */
  close(): void;
}

/**
 * Opens an ExpressLog in one SQLite file, for one process. What a write resolved for is synced to disk; writes of one
 * turn of the event loop share the sync. Throws when the file cannot be opened.
 */
export function openSqliteExpressLog(options: SqliteExpressLogOptions): SqliteExpressLog {
  const { path, clock, maxBytes = 256 * 1024 * 1024, maxEntries = 1_000_000 } = options;
  const db = openLogDatabase(path);
  const sql = prepareLogStatements(db);
  const readers = new Set<LogReader>();
  // An entry that was trimmed is remembered for as long as a repeat of it may come.
  const recent = new RecentKeys(clock);
  let size = sql.sizeBefore(Number.MAX_SAFE_INTEGER);
  const commits = new GroupCommit(db, () => (size = sql.sizeBefore(Number.MAX_SAFE_INTEGER)));
  // A failed purge is made up for by the next one; calls that matter report the same failure themselves.
  const purge = clock.every(PURGE_PERIOD_MS, () => {
    void commits.run(() => sql.forgetReports(clock.now())).catch(() => undefined);
  });

  function insert(entry: NewEntry): void {
    if (recent.has(entry.key) || sql.hasKey(entry.key)) return;
    const bytes = Buffer.byteLength(entry.head) + entry.payload.length;
    if (size.entries + 1 > maxEntries || size.bytes + bytes > maxBytes) {
      throw new AppError('overloaded', 'Too many messages wait for an ack', { retryAfterMs: RETRY_AFTER_MS });
    }
    sql.insert(entry);
    size = { entries: size.entries + 1, bytes: size.bytes + bytes };
  }

  async function write(entry: NewEntry): Promise<void> {
    await commits.run(() => insert(entry));
    recent.add(entry.key);
    for (const reader of readers) reader.wake();
  }

  return {
    append: async (message) => write(messageEntry(message, message.messageId)),
    carry: async (message, acks, fromPosition) =>
      write(messageEntry(message, `${message.messageId}@${fromPosition}`, acks)),
    appendAcks: (acks, batchId) =>
      write({ kind: 'acks', key: `acks ${batchId}`, head: encodeAcks(acks), payload: new Uint8Array() }),
    follow(follower) {
      const reader = new LogReader(sql, follower, () => db.isOpen);
      readers.add(reader);
      reader.wake();
      return {
        stop: () => {
          readers.delete(reader);
          reader.stop();
        },
      };
    },
    trim: (beforePosition) =>
      commits.run(() => {
        const trimmed = sql.sizeBefore(beforePosition);
        sql.trim(beforePosition);
        size = { entries: size.entries - trimmed.entries, bytes: size.bytes - trimmed.bytes };
      }),
    isConnected: () => db.isOpen,
    reports: {
      put: (report) => commits.run(() => sql.putReport(report, clock.now() + KEEP_REPORT_MS)),
      get: (messageId) =>
        commits.run(() => {
          const row = sql.getReport(messageId, clock.now());
          return row === undefined ? undefined : { messageId, ...row };
        }),
    },
    close() {
      if (!db.isOpen) return;
      purge.cancel();
      commits.flush();
      for (const reader of readers) reader.stop();
      db.close();
    },
  };
}

function messageEntry(message: Message, key: string, acks: readonly ExpressAck[] = []): NewEntry {
  const { kind } = message.target;
  if (kind !== 'user' && kind !== 'device') {
    throw new AppError('invalid-request', 'Only messages to users or devices can be acked', { field: 'ack' });
  }
  return { kind: 'message', key, head: encodeMessage(message, acks), payload: message.payload };
}
