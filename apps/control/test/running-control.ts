import { hashApiKey, parseKeyRing } from '@longwire/auth';
import type { KeyRing } from '@longwire/auth';
import { trustedId } from '@longwire/domain';
import type { NodeDirectory, NodeReport, Scope } from '@longwire/domain';
import { createMemoryCredentialStore, createMemoryNodeDirectory } from '@longwire/embedded';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig } from '@longwire/runtime';
import type { Environment, Health, MetricsRegistry } from '@longwire/runtime';
import { fakeClock } from '@longwire/testkit';
import type { FakeClock } from '@longwire/testkit';
import { createControlApp } from '../src/app.ts';
import type { ControlApp } from '../src/app.ts';
import { controlConfig } from '../src/config.ts';

export const API_KEY = 'test-bootstrap-key';
export const KEY_TEXTS = [
  `new:${Buffer.alloc(32, 1).toString('base64url')}`,
  `old:${Buffer.alloc(32, 2).toString('base64url')}`,
];

export interface RunningControl extends AsyncDisposable {
  readonly app: ControlApp;
  readonly clock: FakeClock;
  readonly health: Health;
  readonly directory: NodeDirectory;
  readonly url: string;
  /** A request as a caller makes it; a body makes it JSON. `apiKey: null` sends none. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** Stores an API key with these scopes. */
  addApiKey(apiKey: string, scopes: readonly Scope[]): Promise<void>;
  metricsText(): Promise<string>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly apiKey?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RunOptions {
  readonly env?: Environment;
  readonly clock?: FakeClock;
  /** Shared by several controls: replicas. */
  readonly directory?: NodeDirectory;
  readonly keyRing?: KeyRing;
  readonly metrics?: MetricsRegistry;
}

/** A whole control on memory adapters and a free port of this machine. */
export async function runControl(options: RunOptions = {}): Promise<RunningControl> {
  const { clock = fakeClock(), env = {} } = options;
  const directory = options.directory ?? createMemoryNodeDirectory({ clock });
  const credentials = createMemoryCredentialStore();
  const metrics = options.metrics ?? createMetricsRegistry();
  const health = createHealth();
  const config = loadConfig(controlConfig, { LONGWIRE_CONTROL_HTTP_PORT: '0', LONGWIRE_API_KEY: API_KEY, ...env });
  const app = createControlApp(config, {
    logger: createSilentLogger(),
    metrics,
    health,
    clock,
    nodeName: 'control-1',
    directory,
    credentials,
    keyRing: options.keyRing ?? parseKeyRing(KEY_TEXTS),
  });
  await app.start(new AbortController().signal);
  health.setStarted();
  const url = app.describe().http;
  return {
    app,
    clock,
    health,
    directory,
    url,
    metricsText: () => metrics.text(),
    call: (method, path, { body, apiKey = API_KEY, headers = {} } = {}) =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    addApiKey: (apiKey, scopes) =>
      credentials.put(hashApiKey(apiKey), { keyId: `id-${apiKey}`, name: apiKey, scopes, zones: null, createdAtMs: 0 }),
    [Symbol.asyncDispose]: () => app.stop(),
  };
}

/** A report of a node that has room. */
export function nodeReport(
  nodeId: string,
  changes: Partial<NodeReport> & { readonly region?: string } = {},
): NodeReport {
  const { region = 'cn-east', ...rest } = changes;
  return {
    description: {
      nodeId: trustedId(nodeId),
      incarnation: 1,
      region,
      site: 'a',
      wsUrl: `ws://${nodeId}.example:56100/sub`,
      tcpAddress: `${nodeId}.example:56101`,
      version: '1',
    },
    load: { connections: 0, capacity: 10_000, loopDelayMs: 1, cpuRatio: 0.1 },
    isLeaving: false,
    ...rest,
  };
}

/** Lets a node report now and come into the list. */
export async function addNode(control: RunningControl, ...nodeIds: readonly string[]): Promise<void> {
  for (const nodeId of nodeIds) await control.directory.report(nodeReport(nodeId), 3000);
  await control.clock.advanceAsync(250);
}
