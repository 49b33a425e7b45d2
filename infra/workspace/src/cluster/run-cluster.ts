import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeReadyReport, writeReadyReport } from '@longwire/runtime';
import type { ReadyReport } from '@longwire/runtime';
import { Cluster } from './cluster.ts';
import { seatServer } from './launch-server.ts';
import type { ServerSeat } from './launch-server.ts';
import { planCluster } from './plan.ts';
import type { ClusterPlan, ClusterSize } from './plan.ts';
import { untilServing } from './until-serving.ts';

export interface RunSettings {
  readonly host: string;
  readonly portOffset: number;
  readonly stateDir: string;
  readonly apiKey: string;
  readonly tokenKeys: string;
}

/**
 * Runs a whole cluster until SIGINT or SIGTERM: real servers, the five tiers and the console, each a process that is
 * started again when it dies. Rejects with one line on what did not start; nothing is left running then.
 */
export async function runCluster(settings: RunSettings, size: ClusterSize): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  // Heard more than once: a terminal and the parent that forwards may both tell us of one Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  const dataDir = mkdtempSync(join(tmpdir(), 'longwire-cluster-'));
  try {
    await run(settings, { size, dataDir, signal: stopping.signal });
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    removeReadyReport(settings.stateDir);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function run(
  settings: RunSettings,
  { size, dataDir, signal }: { size: ClusterSize; dataDir: string; signal: AbortSignal },
): Promise<void> {
  const nats = await serverFor('nats', process.env['LONGWIRE_NATS_URL'], dataDir);
  const redis = await serverFor('redis', process.env['LONGWIRE_REDIS_URL'], dataDir);
  const plan = planCluster({ ...settings, size, natsUrl: nats.url, redisUrl: redis.url });
  const logFolder = join(settings.stateDir, 'logs');
  mkdirSync(logFolder, { recursive: true });

  const pids: Record<string, number> = {};
  let isServing = false;
  const cluster = new Cluster(
    plan,
    [nats, redis].flatMap(({ seat }) => seat ?? []),
    {
      logFolder,
      onReady: (name, pid) => {
        pids[name] = pid;
        note(`${name} is ready (pid ${pid})`);
        if (isServing) writeReadyReport(settings.stateDir, reportOf(plan, pids, settings.apiKey));
      },
      onLost: (name, how) => note(`${name} ${how}; starting it again`),
    },
  );
  try {
    await cluster.start(signal);
    await untilServing(plan, signal);
    isServing = true;
    const report = reportOf(plan, pids, settings.apiKey);
    writeReadyReport(settings.stateDir, report);
    note(`open ${report.console} -- logs are in ${logFolder}; Ctrl-C stops everything`);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    note('stopping');
  } finally {
    await cluster.stop();
  }
}

async function serverFor(
  name: 'nats' | 'redis',
  givenUrl: string | undefined,
  dataDir: string,
): Promise<{ readonly url: string; readonly seat?: ServerSeat }> {
  if (givenUrl !== undefined && givenUrl !== '') return { url: givenUrl };
  const seat = await seatServer(name, join(dataDir, name));
  return { url: seat.url, seat };
}

function reportOf(plan: ClusterPlan, pids: Readonly<Record<string, number>>, apiKey: string): ReadyReport {
  const admin = Object.fromEntries(plan.groups.flat().map(({ name, adminUrl }) => [name, adminUrl]));
  return {
    ready: true,
    control: plan.controlUrl,
    service: plan.serviceUrl,
    ws: plan.wsUrls,
    tcp: plan.tcpAddresses,
    console: plan.consoleUrl,
    admin,
    pids: { ...pids },
    apiKey,
  };
}

function note(text: string): void {
  process.stderr.write(`longwire: ${text}\n`);
}
