import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where everything is, as `start` and `cluster` tell it once clients can connect. */
export interface ReadyReport {
  readonly ready: true;
  readonly control: string;
  readonly service: string;
  readonly ws: readonly string[];
  readonly tcp: readonly string[];
  readonly console: string;
  /** Admin door of each process by name. */
  readonly admin: Readonly<Record<string, string>>;
  readonly pids: Readonly<Record<string, number>>;
  readonly apiKey: string;
}

const FILE_NAME = 'ready.json';

/** Puts the report into `<stateDir>/ready.json`, whole or not at all: a reader never sees half of it. */
export function writeReadyReport(stateDir: string, report: ReadyReport): void {
  mkdirSync(stateDir, { recursive: true });
  const path = join(stateDir, FILE_NAME);
  const draft = `${path}.${process.pid}`;
  // It holds the API key.
  writeFileSync(draft, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** Takes the report away, so that nobody finds one of a Longwire that no longer runs. */
export function removeReadyReport(stateDir: string): void {
  rmSync(join(stateDir, FILE_NAME), { force: true });
}
