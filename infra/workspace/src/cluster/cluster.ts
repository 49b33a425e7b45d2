import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeepAlive } from './keep-alive.ts';
import type { RunningProcess } from './keep-alive.ts';
import { launchApp } from './launch-app.ts';
import type { ServerSeat } from './launch-server.ts';
import type { ClusterPlan } from './plan.ts';
import { stopInOrder } from './stop-in-order.ts';

export interface ClusterEvents {
  /** A process is ready: at first and after a restart. */
  readonly onReady: (name: string, pid: number) => void;
  readonly onLost: (name: string, how: string) => void;
}

/** Everything ends within 10 s: what has not ended of itself by then is killed, and there is a second left for that. */
const STOP_WITHIN_MS = 9000;
const workspaceRoot = fileURLToPath(new URL('../../../../', import.meta.url));

/** The running cluster: servers first, then tiers group by group, each process kept alive; stopped in reverse. */
export class Cluster {
  readonly #groups: readonly (readonly KeepAlive[])[];

  constructor(
    plan: ClusterPlan,
    seats: readonly ServerSeat[],
    options: ClusterEvents & { readonly logFolder: string },
  ) {
    const keep = (name: string, launch: (signal: AbortSignal) => Promise<RunningProcess>): KeepAlive =>
      new KeepAlive({
        name,
        launch,
        onReady: (pid) => options.onReady(name, pid),
        onLost: (how) => options.onLost(name, how),
      });
    const servers = seats.map((seat) => keep(seat.name, seat.launch));
    const tiers = plan.groups.map((group) =>
      group.map(({ name, app, env }) => {
        const entry = join(workspaceRoot, 'apps', app, 'src/main.ts');
        const logFile = join(options.logFolder, `${name}.log`);
        return keep(name, (signal) => launchApp({ name, entry, env, logFile, signal }));
      }),
    );
    this.#groups = [servers, ...tiers];
  }

  /** Rejects with the first process that did not get ready, or when the signal says so; then it is the caller's to stop. */
  async start(signal: AbortSignal): Promise<void> {
    for (const group of this.#groups) {
      signal.throwIfAborted();
      const outcomes = await Promise.allSettled(group.map((process_) => process_.start(signal)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    }
  }

  /** All of it is gone within {@link STOP_WITHIN_MS}, in order as far as the time goes. */
  stop(): Promise<void> {
    return stopInOrder(this.#groups, STOP_WITHIN_MS, () => performance.now());
  }
}
