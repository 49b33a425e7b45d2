import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SCHEMA_VERSION = 1;

// Ids keep their case: BINARY collation is SQLite's default. A delivery's row goes when it is acked or expired, so the
// indexes hold pending ones alone; `acked` rows stay in their own table for the repeats.
const SCHEMA = `
CREATE TABLE message (
  message_id TEXT PRIMARY KEY,
  head TEXT NOT NULL,
  payload BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  targets INTEGER NOT NULL,
  acked INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX message_by_expiry ON message (expires_at);
CREATE TABLE pending (
  message_id TEXT NOT NULL,
  addressee TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (message_id, addressee)
) WITHOUT ROWID;
CREATE INDEX pending_by_due ON pending (due_at);
CREATE INDEX pending_by_addressee ON pending (addressee, accepted_at);
CREATE TABLE acked (
  message_id TEXT NOT NULL,
  addressee TEXT NOT NULL,
  PRIMARY KEY (message_id, addressee)
) WITHOUT ROWID;
`;

/**
 * Opens the file (`:memory:` for none), makes its folder and tables when they are missing. What was committed survives
 * the death of the process and of the machine: WAL with a sync at each commit. Throws when the file cannot be used.
 */
export function openExpressDatabase(path: string): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 1000;');
  const version = db.prepare('PRAGMA user_version').get()?.['user_version'];
  if (version === 0) db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
  else if (version !== SCHEMA_VERSION) {
    db.close();
    throw new Error(`${path} has schema version ${String(version)}, this program reads ${SCHEMA_VERSION}`);
  }
  return db;
}
