import { addresseeKey, addresseesOf, AppError } from '@longwire/domain';
import type {
  Addressee,
  Clock,
  ExpressStore,
  Message,
  MessageId,
  MessageReport,
  MessageStatus,
  PendingDelivery,
} from '@longwire/domain';
import { openExpressDatabase } from './express-schema.ts';
import { prepareStatements } from './express-statements.ts';
import type { PendingRow } from './express-statements.ts';
import { GroupCommit, storeUnavailable } from './group-commit.ts';
import { decodeAddressee, decodeMessage, encodeHead } from './message-codec.ts';

const KEEP_REPORT_MS = 24 * 3600_000;
const PURGE_PERIOD_MS = 60_000;
const PURGE_LIMIT = 1000;
const RETRY_AFTER_MS = 1000;

export interface SqliteExpressStoreOptions {
  /** File of the database; its folder is made when missing. `:memory:` keeps nothing. */
  readonly path: string;
  readonly clock: Clock;
  /** Deliveries pending at once beyond which `add` rejects with `overloaded`; default 1,000,000. */
  readonly maxPending?: number;
}

export interface SqliteExpressStore extends ExpressStore {
  /** Commits what waits and closes the file; calls after it reject with `store-unavailable`. Idempotent. */
  close(): void;
}

type RetryDelay = (attempts: number) => number;

/**
 * Opens an ExpressStore in one SQLite file, for one process. What `add` resolved for is synced to disk; adds of one turn
 * of the event loop share the sync. Throws when the file cannot be opened.
 */
export function openSqliteExpressStore(options: SqliteExpressStoreOptions): SqliteExpressStore {
  const { path, clock, maxPending = 1_000_000 } = options;
  const db = openExpressDatabase(path);
  const sql = prepareStatements(db);
  const commits = new GroupCommit(db, () => (pending = sql.countPending()));
  // A failed purge is made up for by the next one; calls that matter report the same failure themselves.
  const purge = clock.every(PURGE_PERIOD_MS, () => void commits.run(purgeOld).catch(() => undefined));
  let pending = sql.countPending();

  function purgeOld(): void {
    for (const messageId of sql.messagesExpiredBefore(clock.now() - KEEP_REPORT_MS, PURGE_LIMIT)) {
      pending -= sql.forgetMessage(messageId);
    }
  }

  function add(message: Message): void {
    if (sql.findMessage(message.messageId) !== undefined) return;
    const addressees = addresseesToStore(message);
    if (pending + addressees.length > maxPending) {
      throw new AppError('overloaded', 'Too many messages wait for an ack', { retryAfterMs: RETRY_AFTER_MS });
    }
    const nowMs = clock.now();
    sql.insertMessage(message, {
      head: encodeHead(message),
      expiresAt: nowMs + message.ttlMs,
      targets: addressees.length,
    });
    for (const addressee of addressees) sql.insertPending(message, addresseeKey(addressee), nowMs);
    pending += addressees.length;
  }

  function ack(messageId: MessageId, addressees: readonly Addressee[]): 'acked' | 'repeated' | 'unknown' {
    const keys = addressees.map(addresseeKey);
    const isLive = (sql.findMessage(messageId)?.expiresAt ?? 0) > clock.now();
    const done = isLive ? keys.filter((key) => sql.settleAcked(messageId, key)) : [];
    pending -= done.length;
    if (done.length > 0) return 'acked';
    return keys.some((key) => sql.wasAcked(messageId, key)) ? 'repeated' : 'unknown';
  }

  function take(rows: readonly PendingRow[], retryDelayMs: RetryDelay): readonly PendingDelivery[] {
    const nowMs = clock.now();
    const taken: PendingDelivery[] = [];
    for (const row of rows) {
      if (row.expiresAt <= nowMs) {
        pending -= sql.dropPending(row.messageId, row.addressee);
        continue;
      }
      const attempts = row.attempts + 1;
      sql.putOff(row, attempts, nowMs + retryDelayMs(attempts));
      const message = decodeMessage(row.head, row.payload);
      taken.push({ message, addressee: decodeAddressee(row.addressee), attempts });
    }
    return taken;
  }

  function report(messageId: MessageId): MessageReport | undefined {
    const row = sql.findMessage(messageId);
    if (row === undefined || row.expiresAt + KEEP_REPORT_MS <= clock.now()) return undefined;
    const { targets, acked, attempts } = row;
    let status: MessageStatus = row.expiresAt <= clock.now() ? 'expired' : 'pending';
    if (acked === targets) status = 'delivered';
    return { messageId, status, targets, acked, attempts };
  }

  function takePendingOf(addressees: readonly Addressee[], limit: number, retryDelayMs: RetryDelay) {
    const rows = addressees.flatMap((addressee) => sql.pendingOf(addresseeKey(addressee), limit));
    const oldest = rows.toSorted((a, b) => a.acceptedAt - b.acceptedAt).slice(0, limit);
    return take(oldest, retryDelayMs);
  }

  return {
    add: (message) => commits.run(() => add(message)),
    ack: (messageId, addressees) => commits.run(() => ack(messageId, addressees)),
    takeDue: (limit, retryDelayMs) => commits.run(() => take(sql.due(clock.now(), limit), retryDelayMs)),
    takePendingOf: (addressees, limit, retryDelayMs) =>
      commits.run(() => takePendingOf(addressees, limit, retryDelayMs)),
    report: (messageId) => commits.run(() => report(messageId)),
    pendingCount: () => (db.isOpen ? Promise.resolve(pending) : Promise.reject(storeUnavailable('closed'))),
    close() {
      if (!db.isOpen) return;
      purge.cancel();
      commits.flush();
      db.close();
    },
  };
}

function addresseesToStore({ target }: Message): readonly Addressee[] {
  if (target.kind === 'user' || target.kind === 'device') return addresseesOf(target);
  throw new AppError('invalid-request', 'Only messages to users or devices can be acked', { field: 'ack' });
}
