/**
 * Every allowed edge of the workspace, in one place. The boundary lint reads it, the test beside it tries
 * each pair of layers in both directions, and CONTRIBUTING.md explains it in words.
 */

export const layers = [
  'app',
  'standalone',
  'console',
  'cli',
  'domain',
  'wire',
  'auth',
  'runtime',
  'adapter',
  'proto',
  'client',
  'test',
  'e2e',
  'workspace',
] as const;

export type Layer = (typeof layers)[number];

const tierEdges = ['domain', 'wire', 'auth', 'runtime', 'adapter', 'proto'] as const satisfies readonly Layer[];

/** Layer of the importing project -> layers its shipped code may import. A layer never imports itself. */
export const productionEdges: Readonly<Record<Layer, readonly Layer[]>> = {
  app: tierEdges,
  standalone: [...tierEdges, 'app', 'console'],
  console: ['domain', 'wire', 'client', 'runtime'],
  // It is started for one call, so it leaves out runtime, whose servers and loggers take half a second to load.
  cli: ['domain', 'client'],
  domain: [],
  wire: ['domain'],
  auth: ['domain'],
  runtime: ['domain'],
  adapter: ['domain', 'runtime', 'proto'],
  proto: [],
  client: ['domain', 'wire'],
  test: ['domain'],
  e2e: ['domain', 'wire', 'auth', 'client', 'test'],
  // The cluster launcher is a program like the apps (config, logger, signals: runtime), and it starts real servers,
  // whose finder lives in libs/testkit/src/servers so that integration tests, e2e and the launcher share it.
  workspace: ['runtime', 'test'],
};

/** Layers whose tests (`*.test.ts` and `test/`) may import the test layer on top of their production edges. */
export const testEdges: Readonly<Partial<Record<Layer, readonly Layer[]>>> = {
  app: ['test'],
  standalone: ['test'],
  console: ['test'],
  cli: ['test'],
  wire: ['test'],
  auth: ['test'],
  runtime: ['test'],
  adapter: ['test'],
  client: ['test'],
};

/** True when a file of `from` may import a project of layer `to`. */
export function isAllowedEdge(from: Layer, to: Layer, isTest: boolean): boolean {
  if (productionEdges[from].includes(to)) return true;
  return isTest && (testEdges[from]?.includes(to) ?? false);
}

/** Packages fenced to the folders named (from the workspace root). A project's tests may use its own fenced packages. */
export const packageFences: readonly { readonly pattern: RegExp; readonly folders: readonly string[] }[] = [
  { pattern: /^ioredis$/, folders: ['libs/redis/'] },
  { pattern: /^(nats$|@nats-io\/)/, folders: ['libs/nats/'] },
  // The test of the service's gRPC API is a gRPC client.
  { pattern: /^(@grpc\/|grpc-)/, folders: ['libs/rpc/', 'protos/gen/', 'apps/service/test/'] },
  { pattern: /^@bufbuild\//, folders: ['protos/gen/', 'protos/src/'] },
  // Peers and tools of the benchmarks.
  { pattern: /^(socket\.io|hdr-histogram-js|cli-progress)$/, folders: ['e2e/'] },
  { pattern: /^cli-table3$/, folders: ['apps/cli/', 'e2e/'] },
  { pattern: /^ws$/, folders: ['apps/access/', 'e2e/'] },
];

/** Folders whose shipped code runs without Node: no `node:*`, no `process`, no `Buffer`. Tests are exempt. */
export const portableFolders: readonly { readonly folder: string; readonly except: readonly string[] }[] = [
  { folder: 'libs/domain/', except: [] },
  { folder: 'libs/wire/', except: [] },
  { folder: 'libs/client/', except: ['libs/client/src/node/'] },
];

/** Where `process.env` may be read: the config loader of runtime, tooling, e2e, and what tests are told from outside. */
export const envPaths: readonly string[] = [
  'libs/runtime/src/config',
  'libs/testkit/src/servers',
  'libs/testkit/src/readme-tables.ts',
  'infra/workspace/',
  'e2e/',
];
