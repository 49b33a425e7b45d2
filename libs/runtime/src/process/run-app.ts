import type { Clock } from '@longwire/domain';
import type { Component } from '../component.ts';
import type { ConfigSchema } from '../config/schema.ts';
import type { Health } from '../health.ts';
import { createHealth } from '../health.ts';
import type { Logger } from '../logger.ts';
import { createLogger } from '../logger.ts';
import type { MetricsRegistry } from '../metrics.ts';
import { createMetricsRegistry } from '../metrics.ts';
import { systemClock } from '../system-clock.ts';
import { createAdminServer } from './admin-server.ts';
import type { BaseConfig } from './base-config.ts';
import { failureLine } from './failure-line.ts';
import { readConfig } from './read-config.ts';
import { beginProcessLife } from './process-life.ts';
import { tellParent } from './process-signals.ts';

/** What every app of a process is given to work with. */
export interface AppBase {
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  readonly health: Health;
  readonly clock: Clock;
  /** LONGWIRE_NODE_ID, or the app's name and 1. */
  readonly nodeName: string;
}

/**
 * An app as a process runs it; `describe` adds to the ready message (its addresses, say) and is called after the start.
 */
export type RunnableApp = Component & { describe?(): Record<string, unknown> };

export interface AppDefinition<C, App extends RunnableApp = RunnableApp> {
  /** Of the tier: `access`. */
  readonly name: string;
  readonly config: ConfigSchema<C>;
  /** What draining may take at the end of the process; default 5 s. */
  drainWithinMs?(config: C): number;
  /** Connects the adapters and composes the app, without starting it; rejects, leaving nothing open, when it cannot. */
  open(config: C, base: AppBase): Promise<App>;
  /** Called once when the process is ready, to tell whoever started it where things are. */
  onReady?(app: App, facts: ReadyFacts<C>): void;
  /** Time from the wish to stop to the end of the process. Default: what draining may take and 4.5 s more. */
  readonly stopWithinMs?: number;
}

export interface ReadyFacts<C> {
  readonly config: C;
  /** Where /healthz, /readyz and /metrics are. */
  readonly adminUrl: string;
}

/**
 * The life of a process: flags, config, log, health, admin door, app. Resolves when the app runs (or the flags asked
 * for less); the parent then gets `{ type: 'ready', name, node, pid, admin, ...describe() }`.
 *
 * SIGTERM, SIGINT and a parent that died end it: not ready, drain, stop in reverse, exit 0. After `stopWithinMs`, or at
 * a second signal that comes a second or more after the first, it is gone with exit code 1. A bad config (all faults, a
 * line each) or a failed start (one line) goes to stderr, exit code 1.
 */
export async function runApp<C, App extends RunnableApp>(definition: AppDefinition<C, App>): Promise<void> {
  const config = readConfig(definition);
  if (config !== undefined) await live(definition, config);
}

async function live<C, App extends RunnableApp>(
  definition: AppDefinition<C, App>,
  config: C & BaseConfig,
): Promise<void> {
  const { name } = definition;
  const nodeName = config.nodeId ?? `${name}-1`;
  const logger = createLogger({ name: nodeName, level: config.logLevel, format: config.logFormat });
  const metrics = createMetricsRegistry();
  const health = createHealth();
  const { stopWithinMs } = definition;
  const life = beginProcessLife({ logger, health, drainWithinMs: definition.drainWithinMs?.(config), stopWithinMs });
  try {
    metrics.collectProcessMetrics();
    const { host, adminPort: port } = config;
    const admin = createAdminServer({ nodeName, health, metrics, host, port });
    await life.start(admin);
    const app = await definition.open(config, { logger, metrics, health, clock: systemClock(), nodeName });
    await life.start(app);
    health.setStarted();
    life.setStarted();
    const adminUrl = admin.address().url;
    const ready = { name, node: nodeName, pid: process.pid, admin: adminUrl, ...app.describe?.() };
    logger.info({ ready }, 'process-ready');
    definition.onReady?.(app, { config, adminUrl });
    await tellParent({ type: 'ready', ...ready });
  } catch (caught) {
    // A start that was called off is a good end, whatever it broke on.
    const isAskedToEnd = life.signal.aborted;
    if (!isAskedToEnd) process.stderr.write(`longwire ${name} cannot start: ${failureLine(caught)}\n`);
    await life.end(isAskedToEnd ? 0 : 1);
  }
}
