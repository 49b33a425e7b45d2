import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SCHEMA_VERSION = 2;

// AUTOINCREMENT: a position is never given twice, also after the newest entries were trimmed. `key` makes a repeat of an
// entry known as one; it is unique while the entry is kept. Ids keep their case: BINARY collation is SQLite's default.
const SCHEMA = `
CREATE TABLE entry (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  head TEXT NOT NULL,
  payload BLOB NOT NULL
);
CREATE TABLE report (
  message_id TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  targets INTEGER NOT NULL,
  acked INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  keep_until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX report_by_age ON report (keep_until);
`;

/**
 * Opens the file (`:memory:` for none), makes its folder and tables when they are missing. What was committed survives
 * the death of the process and of the machine: WAL with a sync at each commit. Throws when the file cannot be used.
 */
export function openLogDatabase(path: string): DatabaseSync {
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
