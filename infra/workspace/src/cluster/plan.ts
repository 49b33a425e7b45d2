/** How many processes of each tier a cluster has. */
export interface ClusterSize {
  readonly control: number;
  readonly logic: number;
  readonly dispatch: number;
  readonly service: number;
  readonly access: number;
}

export interface ClusterSettings {
  readonly size: ClusterSize;
  readonly host: string;
  readonly portOffset: number;
  readonly natsUrl: string;
  readonly redisUrl: string;
  readonly apiKey: string;
  readonly tokenKeys: string;
}

/** One process to run: what, with which settings, and where its admin port is. */
export interface ProcessPlan {
  readonly name: string;
  readonly app: string;
  readonly env: Readonly<Record<string, string>>;
  readonly adminUrl: string;
}

export interface ClusterPlan {
  /** Groups are started one after the other, the processes of a group together; stopped in reverse. */
  readonly groups: readonly (readonly ProcessPlan[])[];
  readonly controlUrl: string;
  readonly serviceUrl: string;
  readonly consoleUrl: string;
  readonly wsUrls: readonly string[];
  readonly tcpAddresses: readonly string[];
}

/** First port of each door; further processes of a tier go up by the step. The offset is added by the processes themselves. */
const PORTS = {
  console: { first: 7000, step: 10, admin: 9041 },
  control: { first: 7100, step: 20, admin: 9001 },
  service: { first: 7200, step: 20, admin: 9031 },
  logic: { first: 7310, step: 10, admin: 9011 },
  dispatch: { first: 0, step: 0, admin: 9021 },
  access: { first: 56100, step: 10, admin: 9101 },
} as const;

type App = keyof typeof PORTS;

/** Lays out the processes of a cluster and the settings that join them. Pure: nothing is started, no port is tried. */
export function planCluster(settings: ClusterSettings): ClusterPlan {
  const { size, host, portOffset } = settings;
  const shown = (port: number): number => port + portOffset;
  const firstPort = (app: App, index: number): number => PORTS[app].first + index * PORTS[app].step;
  const addressesOf = (app: App, count: number, plus: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${host}:${shown(firstPort(app, index) + plus)}`);

  const shared = {
    LONGWIRE_HOST: host,
    LONGWIRE_NATS_URL: settings.natsUrl,
    LONGWIRE_REDIS_URL: settings.redisUrl,
    LONGWIRE_API_KEY: settings.apiKey,
    LONGWIRE_TOKEN_KEYS: settings.tokenKeys,
    LONGWIRE_CONTROL_GRPC: addressesOf('control', size.control, 10).join(','),
    LONGWIRE_LOGIC_GRPC: addressesOf('logic', size.logic, 0).join(','),
  };
  const controlUrl = `http://${host}:${shown(firstPort('control', 0))}`;
  const serviceUrl = `http://${host}:${shown(firstPort('service', 0))}`;

  const own: Record<App, (index: number) => Record<string, string>> = {
    control: (index) => ({
      LONGWIRE_CONTROL_HTTP_PORT: String(firstPort('control', index)),
      LONGWIRE_CONTROL_GRPC_PORT: String(firstPort('control', index) + 10),
    }),
    logic: (index) => ({ LONGWIRE_LOGIC_GRPC_PORT: String(firstPort('logic', index)) }),
    // Two sites, so that each express message has two independent workers.
    dispatch: (index) => ({ LONGWIRE_SITE: index % 2 === 0 ? 'a' : 'b' }),
    service: (index) => ({
      LONGWIRE_SERVICE_HTTP_PORT: String(firstPort('service', index)),
      LONGWIRE_SERVICE_GRPC_PORT: String(firstPort('service', index) + 10),
    }),
    access: (index) => ({
      LONGWIRE_ACCESS_WS_PORT: String(firstPort('access', index)),
      LONGWIRE_ACCESS_TCP_PORT: String(firstPort('access', index) + 1),
      // Ending everything must fit into 10 s, also when control does not say that there is nobody to send clients to.
      LONGWIRE_ACCESS_DRAIN: '4s',
    }),
    console: () => ({ LONGWIRE_CONSOLE_CONTROL_URL: controlUrl, LONGWIRE_CONSOLE_SERVICE_URL: serviceUrl }),
  };
  const processes = (app: App, count: number): readonly ProcessPlan[] =>
    Array.from({ length: count }, (_, index) => {
      const name = `${app}-${index + 1}`;
      const adminPort = PORTS[app].admin + index;
      const env = { ...shared, LONGWIRE_NODE_ID: name, LONGWIRE_ADMIN_PORT: String(adminPort), ...own[app](index) };
      return { name, app, env, adminUrl: `http://${host}:${shown(adminPort)}` };
    });

  return {
    groups: [
      [...processes('control', size.control), ...processes('logic', size.logic)],
      [...processes('dispatch', size.dispatch), ...processes('service', size.service)],
      processes('access', size.access),
      processes('console', 1),
    ],
    controlUrl,
    serviceUrl,
    consoleUrl: `http://${host}:${shown(firstPort('console', 0))}`,
    wsUrls: addressesOf('access', size.access, 0).map((address) => `ws://${address}/sub`),
    tcpAddresses: addressesOf('access', size.access, 1),
  };
}
