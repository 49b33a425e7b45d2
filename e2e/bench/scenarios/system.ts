import { generateTokenKey } from '@longwire/auth';
import { eventually } from '@longwire/testkit';
import { userIdOf } from '../load/auth-frames.ts';
import { Longwire } from '../../harness/launch.ts';
import type { AudienceWish, LongwireClient, PushSpec, RoomSet } from '../load/orders.ts';

/** No limit stands in the way of what is measured; all else is as it comes. */
const BENCH_SETTINGS = {
  LONGWIRE_ACCESS_CONNECT_RATE: '0',
  LONGWIRE_ACCESS_ACCEPT_RATE: '0',
  LONGWIRE_LOG_LEVEL: 'warn',
};
const CLUSTER_ARGS = ['--access', '1', '--dispatch', '1'];
const CONNECTS_IN_FLIGHT = 128;
const HTTP_CONNECTIONS = 24;
/** For the highest rates. */
export const BUSY_HTTP_CONNECTIONS = 64;
const ONLINE_WITHIN_MS = 60_000;

export interface ViewersWish {
  readonly name: string;
  readonly count: number;
  readonly rooms?: RoomSet;
  readonly over?: 'ws' | 'tcp';
  readonly protover?: LongwireClient['protover'];
  readonly perUser?: number;
  readonly isProbe?: boolean;
  readonly isRoomless?: boolean;
}

/** Longwire as users run it, `npm run cluster` with one access node, and how the load finds its way in. */
export class System {
  readonly longwire: Longwire;
  readonly #tokenKeys: string;

  private constructor(longwire: Longwire, tokenKeys: string) {
    this.longwire = longwire;
    this.#tokenKeys = tokenKeys;
  }

  static async start(nodeOptions: string | undefined): Promise<System> {
    const tokenKeys = generateTokenKey();
    const profile = nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions };
    const env = { ...BENCH_SETTINGS, ...profile, LONGWIRE_TOKEN_KEYS: tokenKeys };
    return new System(await Longwire.launch({ mode: 'cluster', args: CLUSTER_ARGS, env }), tokenKeys);
  }

  /** Every process but the console, which nobody looks at here. */
  get pids(): Readonly<Record<string, number>> {
    const { pids } = this.longwire.report;
    return Object.fromEntries(Object.entries(pids).filter(([name]) => !name.startsWith('console')));
  }

  pidOf(name: string): number {
    return this.longwire.pidOf(name);
  }

  viewers(wish: ViewersWish): AudienceWish {
    const { over = 'ws', protover = 3, perUser = 0, rooms = { prefix: 'bench-', count: 1 } } = wish;
    const address = over === 'ws' ? this.longwire.report.ws[0] : `tcp://${this.longwire.report.tcp[0]}`;
    const { hostname, port } = new URL(address ?? '');
    return {
      name: wish.name,
      dialect: over === 'ws' ? 'longwire-ws' : 'longwire-tcp',
      host: hostname,
      port: Number(port),
      count: wish.count,
      rooms,
      inFlight: CONNECTS_IN_FLIGHT,
      longwire: { tokenKeys: this.#tokenKeys, protover, perUser, isRoomless: wish.isRoomless ?? false },
      ...(wish.isProbe === undefined ? {} : { isProbe: wish.isProbe }),
    };
  }

  push(spec: Omit<PushSpec, 'serviceUrl' | 'apiKey' | 'connections'> & { readonly connections?: number }): PushSpec {
    const { service, apiKey } = this.longwire.report;
    return { connections: HTTP_CONNECTIONS, ...spec, serviceUrl: service, apiKey };
  }

  /** Resolves when logic knows all connections of these users: until then a push reaches only those it knows. */
  async untilOnline({ prefix, users, perUser }: { prefix: string; users: number; perUser: number }): Promise<void> {
    for (let user = 0; user < users; user += 1) {
      const userId = userIdOf(prefix, user);
      const isThere = async (): Promise<boolean> => {
        const { body } = await this.longwire.api.service('GET', `/v1/users/${userId}/presence`);
        return (body['connections'] as readonly unknown[]).length === perUser;
      };
      await eventually(isThere, { timeoutMs: ONLINE_WITHIN_MS, everyMs: 50, what: `${perUser} sessions of ${userId}` });
    }
  }

  async stop(): Promise<void> {
    await this.longwire.stop();
  }
}
