import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Api } from './api.ts';
import { freePortOffset } from './port-offset.ts';

/** What `start` and `cluster` print when they are ready (DESIGN A1). */
export interface ReadyReport {
  readonly ready: true;
  readonly control: string;
  readonly service: string;
  readonly ws: readonly string[];
  readonly tcp: readonly string[];
  readonly console: string;
  readonly admin: Readonly<Record<string, string>>;
  readonly pids: Readonly<Record<string, number>>;
  readonly apiKey: string;
}

export type Mode = 'standalone' | 'cluster';

export interface LaunchOptions {
  readonly mode: Mode;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface ExitReport {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

const ENTRIES: Readonly<Record<Mode, string>> = {
  standalone: '../../apps/standalone/src/main.ts',
  cluster: '../../infra/workspace/src/cluster/main.ts',
};
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 15_000;
const LAUNCH_ATTEMPTS = 3;
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A Longwire started as a user starts it: a process of its own on free ports, with its state in a temporary folder. */
export class Longwire {
  readonly report: ReadyReport;
  readonly api: Api;
  readonly stateDir: string;
  readonly exited: Promise<ExitReport>;
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    report: ReadyReport,
    rest: { stateDir: string; exited: Promise<ExitReport> },
  ) {
    this.#child = child;
    this.report = report;
    this.stateDir = rest.stateDir;
    this.exited = rest.exited;
    this.api = new Api({ controlUrl: report.control, serviceUrl: report.service, apiKey: report.apiKey });
  }

  /** Starts it and waits until it says that it is ready. A lost race for a port is tried again elsewhere. */
  static async launch(options: LaunchOptions): Promise<Longwire> {
    for (let attempt = 1; ; attempt += 1) {
      const started = await spawnLongwire(options);
      const outcome = await Promise.race([started.ready, started.exited]);
      if ('ready' in outcome) return new Longwire(started.child, outcome, started);
      rmSync(started.stateDir, { recursive: true, force: true });
      const isPortTaken = /in use|EADDRINUSE|taken/i.test(outcome.stderr);
      if (!isPortTaken || attempt === LAUNCH_ATTEMPTS) {
        throw new Error(`${options.mode} ended with ${outcome.signal ?? outcome.code}: ${outcome.stderr.slice(-2000)}`);
      }
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The newest report: after a restart of a process its id there has changed. */
  currentReport(): ReadyReport {
    return JSON.parse(readFileSync(join(this.stateDir, 'ready.json'), 'utf8')) as ReadyReport;
  }

  /** The process id of a part by its name (`access-1`, `nats`), as of now. */
  pidOf(name: string): number {
    const pid = this.currentReport().pids[name];
    if (pid === undefined) throw new Error(`there is no process named ${name}`);
    return pid;
  }

  /** For `await using`: whatever a test ends with, nothing is left running. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** SIGTERM to the launcher; resolves with how it ended. Safe to call twice. */
  async stop(): Promise<ExitReport> {
    this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    const exit = await this.exited;
    clearTimeout(force);
    rmSync(this.stateDir, { recursive: true, force: true });
    return exit;
  }

  /**
   * The sum of a metric over all processes, or over those of one tier, and over all label values that match. Rejects for one
   * that none of them has: a wrong name would be 0 for ever.
   */
  async metric(name: string, options: { tier?: string; labels?: string } = {}): Promise<number> {
    const { tier = '', labels = '' } = options;
    const urls = new Set(
      Object.entries(this.report.admin)
        .filter(([process_]) => process_.startsWith(tier))
        .map(([, url]) => url),
    );
    const texts = await Promise.all([...urls].map(async (url) => (await fetch(`${url}/metrics`)).text()));
    const declared = new RegExp(`^# TYPE ${name.replace(/_(sum|count|bucket)$/, '')}(_(sum|count|bucket))? `, 'm');
    if (!texts.some((text) => declared.test(text))) throw new Error(`no process has a metric ${name}`);
    return texts.reduce((sum, text) => sum + sumOf(text, name, labels), 0);
  }
}

/** Sums the samples of one metric in Prometheus text whose label text contains `labels`. */
function sumOf(text: string, name: string, labels: string): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    const match = /^([a-z_:0-9]+)(\{[^}]*\})? (\S+)$/i.exec(line);
    if (match?.[1] === name && (match[2] ?? '').includes(labels)) sum += Number(match[3]);
  }
  return sum;
}

/** Starts the launcher; `exited` and `ready` are both pending until one of them happens. */
export async function spawnLongwire(options: LaunchOptions): Promise<{
  readonly child: ChildProcess;
  readonly stateDir: string;
  readonly ready: Promise<ReadyReport>;
  readonly exited: Promise<ExitReport>;
}> {
  const stateDir = mkdtempSync(join(tmpdir(), 'longwire-e2e-'));
  const env = {
    ...process.env,
    LONGWIRE_PORT_OFFSET: String(await freePortOffset()),
    LONGWIRE_STATE_DIR: stateDir,
    ...options.env,
  };
  const entry = fileURLToPath(new URL(ENTRIES[options.mode], import.meta.url));
  const child = spawn(process.execPath, [entry, ...(options.args ?? [])], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const { promise: ready, resolve } = Promise.withResolvers<ReadyReport>();
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{"ready":true')) resolve(JSON.parse(line) as ReadyReport);
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-20_000);
  });
  const late = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
  void ready.then(() => clearTimeout(late));
  const exited = new Promise<ExitReport>((done) => {
    child.once('close', (code, signal) => {
      clearTimeout(late);
      children.delete(child);
      done({ code, signal, stderr });
    });
  });
  return { child, stateDir, ready, exited };
}
