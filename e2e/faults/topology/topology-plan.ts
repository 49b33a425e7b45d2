import { takeFreePorts } from './free-ports.ts';

/** How many processes of each kind. */
export interface TopologySize {
  readonly control: number;
  readonly logic: number;
  readonly dispatch: number;
  readonly service: number;
  readonly access: number;
  readonly nats: number;
}

export const FULL_SIZE: TopologySize = { control: 2, logic: 2, dispatch: 2, service: 2, access: 3, nats: 3 };

export type Tier = Exclude<keyof TopologySize, 'nats'>;

/** One process of a tier and the ports it opens. */
export interface Seat {
  readonly name: string;
  readonly tier: Tier;
  readonly ports: { readonly admin: number; readonly http: number; readonly grpc: number };
}

/** Tiers that are started together, in the order in which they need one another. */
export const START_ORDER: readonly (readonly Tier[])[] = [['control', 'logic'], ['dispatch', 'service'], ['access']];

/** Seats every process of every tier on free ports. For access, `http` is the WebSocket port and `grpc` the TCP port. */
export async function seatTiers(size: TopologySize): Promise<readonly Seat[]> {
  const seats: Seat[] = [];
  for (const tier of START_ORDER.flat()) {
    for (let index = 1; index <= size[tier]; index += 1) {
      const [admin = 0, http = 0, grpc = 0] = await takeFreePorts(3);
      seats.push({ name: `${tier}-${index}`, tier, ports: { admin, http, grpc } });
    }
  }
  return seats;
}

/** What a process calls. */
export interface Callees {
  readonly nats: readonly string[];
  readonly redis: string;
  readonly logic: readonly string[];
  readonly control: readonly string[];
}

/** Which kinds of callees a tier has. */
export const CALLS: Readonly<Record<Tier, readonly (keyof Callees)[]>> = {
  control: ['nats', 'redis'],
  logic: ['nats', 'redis'],
  dispatch: ['nats', 'redis', 'logic'],
  service: ['nats', 'redis', 'logic'],
  access: ['nats', 'logic', 'control'],
};

export interface SharedSecrets {
  readonly apiKey: string;
  readonly tokenKeys: string;
}

/** The environment of one process; `callees` are addresses `host:port` as it is to dial them. */
export function environmentOf(seat: Seat, callees: Callees, secrets: SharedSecrets): Record<string, string> {
  const { name, tier, ports } = seat;
  const shared = {
    LONGWIRE_HOST: '127.0.0.1',
    LONGWIRE_NODE_ID: name,
    LONGWIRE_ADMIN_PORT: String(ports.admin),
    LONGWIRE_LOG_FORMAT: 'json',
    LONGWIRE_API_KEY: secrets.apiKey,
    LONGWIRE_TOKEN_KEYS: secrets.tokenKeys,
    LONGWIRE_NATS_URL: callees.nats.map((address) => `nats://${address}`).join(','),
    LONGWIRE_REDIS_URL: `redis://${callees.redis}`,
    LONGWIRE_LOGIC_GRPC: callees.logic.join(','),
    LONGWIRE_CONTROL_GRPC: callees.control.join(','),
    // The processes of a tier are dealt to two sites: what runs in both survives the loss of either.
    LONGWIRE_SITE: name.endsWith('2') ? 'b' : 'a',
  };
  return { ...shared, ...ownPorts(tier, ports) };
}

function ownPorts(tier: Tier, { http, grpc }: Seat['ports']): Record<string, string> {
  switch (tier) {
    case 'control':
      return { LONGWIRE_CONTROL_HTTP_PORT: String(http), LONGWIRE_CONTROL_GRPC_PORT: String(grpc) };
    case 'logic':
      return { LONGWIRE_LOGIC_GRPC_PORT: String(grpc) };
    case 'service':
      return { LONGWIRE_SERVICE_HTTP_PORT: String(http), LONGWIRE_SERVICE_GRPC_PORT: String(grpc) };
    case 'access':
      return { LONGWIRE_ACCESS_WS_PORT: String(http), LONGWIRE_ACCESS_TCP_PORT: String(grpc) };
    case 'dispatch':
      return {};
  }
}
