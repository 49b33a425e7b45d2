import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@longwire/testkit';
import { launchApp } from './launch-app.ts';
import { seatNatsCluster, seatRedis, untilJetStream } from './launch-brokers.ts';
import type { RedisSeat } from './launch-brokers.ts';
import { LinkFabric } from './link-fabric.ts';
import { Supervised } from './supervised.ts';
import type { Started } from './supervised.ts';
import { CALLS, environmentOf, seatTiers, START_ORDER } from './topology-plan.ts';
import type { Callees, Seat, Tier, TopologySize } from './topology-plan.ts';

export interface TopologyOptions {
  readonly size: TopologySize;
  readonly onNote: (text: string) => void;
  /** Settings for every process of a tier. */
  readonly env?: Readonly<Partial<Record<Tier, Readonly<Record<string, string>>>>>;
  readonly logFolder: string;
}

/**
 * A Longwire that a test may hurt: real processes, several of each tier, real brokers, and a proxy on every way between
 * them. Whatever dies is started again. Owns everything it starts; `stop` leaves nothing behind.
 */
export class Topology {
  readonly apiKey: string;
  readonly links: LinkFabric;
  readonly #seats: readonly Seat[];
  readonly #redis: RedisSeat;
  readonly #groups: readonly (readonly Supervised[])[];
  readonly #envs: Map<string, Readonly<Record<string, string>>>;
  readonly #dataDir: string;

  private constructor(parts: {
    apiKey: string;
    links: LinkFabric;
    seats: readonly Seat[];
    redis: RedisSeat;
    groups: readonly (readonly Supervised[])[];
    envs: Map<string, Readonly<Record<string, string>>>;
    dataDir: string;
  }) {
    this.apiKey = parts.apiKey;
    this.links = parts.links;
    this.#seats = parts.seats;
    this.#redis = parts.redis;
    this.#groups = parts.groups;
    this.#envs = parts.envs;
    this.#dataDir = parts.dataDir;
  }

  /** Starts everything; rejects, leaving nothing behind, with the first process that does not get ready. */
  static async start(options: TopologyOptions): Promise<Topology> {
    const { size, onNote, logFolder } = options;
    const dataDir = mkdtempSync(join(tmpdir(), 'longwire-faults-'));
    const links = new LinkFabric();
    const [nats, redis, seats] = await Promise.all([
      seatNatsCluster(size.nats, dataDir),
      seatRedis(dataDir),
      seatTiers(size),
    ]);
    const secrets = {
      apiKey: `lw_dev_${randomBytes(24).toString('base64url')}`,
      tokenKeys: `k1:${randomBytes(32).toString('base64url')}`,
    };
    const supervise = (name: string, launch: () => Promise<Started>): Supervised =>
      new Supervised({ name, launch, onNote });
    const envs = new Map<string, Readonly<Record<string, string>>>();
    for (const seat of seats) {
      const callees = await linkCallees(seat, { links, nats, redis, seats });
      envs.set(seat.name, { ...environmentOf(seat, callees, secrets), ...options.env?.[seat.tier] });
    }
    const groups = [
      [...nats, redis].map(({ name, launch }) => supervise(name, launch)),
      ...START_ORDER.map((tiers) =>
        seats
          .filter(({ tier }) => tiers.includes(tier))
          .map(({ name, tier }) =>
            supervise(name, () => launchApp({ name, app: tier, env: envs.get(name) ?? {}, logFolder })),
          ),
      ),
    ];
    const topology = new Topology({ apiKey: secrets.apiKey, links, seats, redis, groups, envs, dataDir });
    try {
      await topology.#startGroups(nats.map(({ monitor }) => monitor));
      return topology;
    } catch (error) {
      await topology.stop();
      throw error;
    }
  }

  get serviceUrls(): readonly string[] {
    return this.#of('service').map(({ ports }) => `http://127.0.0.1:${ports.http}`);
  }

  get controlUrls(): readonly string[] {
    return this.#of('control').map(({ ports }) => `http://127.0.0.1:${ports.http}`);
  }

  /** Names of the processes of a tier, or of the brokers. */
  namesOf(kind: Tier | 'nats' | 'redis'): readonly string[] {
    return this.#all.map(({ name }) => name).filter((name) => name === kind || name.startsWith(`${kind}-`));
  }

  process(name: string): Supervised {
    const found = this.#all.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no process ${name}`);
    return found;
  }

  /** Redis is killed and stays down; what it kept is gone when it is released. */
  async emptyRedis(): Promise<void> {
    await this.process('redis').holdDown();
    this.#redis.forget();
  }

  /** Restarts the processes of a tier one by one, in order, with other settings; resolves when all are well. */
  async reconfigure(tier: Tier, env: Readonly<Record<string, string>>): Promise<void> {
    for (const name of this.namesOf(tier)) {
      const restarts = this.process(name).restarts;
      this.#envs.set(name, { ...this.#envs.get(name), ...env });
      this.process(name).signal('SIGTERM');
      await eventually(() => this.process(name).restarts > restarts, { timeoutMs: 30_000, everyMs: 50 });
    }
    await this.untilHealthy();
  }

  /** Resolves when every process answers that it is ready and control lists every access node. */
  async untilHealthy(timeoutMs = 30_000): Promise<void> {
    await eventually(
      async () => {
        for (const { name, pid } of this.#all) if (pid === undefined) throw new Error(`${name} is down`);
        await Promise.all(this.#seats.map((seat) => this.#mustBeReady(seat)));
        for (const url of this.controlUrls) {
          const { nodes } = (await getJson(`${url}/v1/nodes`)) as { readonly nodes: readonly unknown[] };
          if (nodes.length !== this.#of('access').length) throw new Error(`control lists ${nodes.length} access nodes`);
        }
      },
      { timeoutMs, everyMs: 100, what: 'all processes ready' },
    );
  }

  /** Resident memory of each running process, MiB; empty where the system does not tell. */
  memory(): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const { name, pid } of this.#all) {
      try {
        const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        if (kib !== undefined) found.set(name, Number(kib) / 1024);
      } catch {
        // It has just ended, or there is no /proc.
      }
    }
    return found;
  }

  /** The sum of a metric over the processes of a tier that answer, over all label values that match. */
  async metric(tier: Tier, name: string, labels = ''): Promise<number> {
    const texts = await Promise.all(
      this.#of(tier).map(async ({ ports }) => {
        const answer = await fetch(`http://127.0.0.1:${ports.admin}/metrics`).catch(() => undefined);
        return (await answer?.text()) ?? '';
      }),
    );
    return texts.reduce((sum, text) => sum + sumOf(text, name, labels), 0);
  }

  async stop(): Promise<void> {
    for (const group of this.#groups.toReversed()) await Promise.all(group.map((each) => each.stop()));
    await this.links.close();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  get #all(): readonly Supervised[] {
    return this.#groups.flat();
  }

  #of(tier: Tier): readonly Seat[] {
    return this.#seats.filter((seat) => seat.tier === tier);
  }

  async #startGroups(monitors: readonly string[]): Promise<void> {
    for (const [index, group] of this.#groups.entries()) {
      const outcomes = await Promise.allSettled(group.map((each) => each.start()));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      if (index === 0) await untilJetStream(monitors);
    }
    await this.untilHealthy();
  }

  async #mustBeReady({ name, ports }: Seat): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${ports.admin}/readyz`, { signal: AbortSignal.timeout(2000) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${name} is not ready: ${text.slice(0, 200)}`);
  }
}

interface Network {
  readonly links: LinkFabric;
  readonly nats: readonly { readonly name: string; readonly port: number }[];
  readonly redis: { readonly name: string; readonly port: number };
  readonly seats: readonly Seat[];
}

/** Puts a proxy between a process and each of those it calls. */
async function linkCallees(seat: Seat, { links, nats, redis, seats }: Network): Promise<Callees> {
  const kinds = CALLS[seat.tier];
  const link = async (to: string, port: number): Promise<string> =>
    `127.0.0.1:${await links.link(seat.name, to, port)}`;
  const toTier = (tier: Tier): Promise<string[]> =>
    Promise.all(seats.filter((other) => other.tier === tier).map((other) => link(other.name, other.ports.grpc)));
  return {
    nats: kinds.includes('nats') ? await Promise.all(nats.map(({ name, port }) => link(name, port))) : ['127.0.0.1:1'],
    redis: kinds.includes('redis') ? await link(redis.name, redis.port) : '127.0.0.1:1',
    logic: kinds.includes('logic') ? await toTier('logic') : ['127.0.0.1:1'],
    control: kinds.includes('control') ? await toTier('control') : ['127.0.0.1:1'],
  };
}

async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
  return answer.json();
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
