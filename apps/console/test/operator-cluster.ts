import type { Answer, Call } from './fake-longwire.ts';
import { historyOf, nodesOf, overviewOf, roomsOf } from './operator-figures.ts';
import type { FixtureNode } from './operator-figures.ts';

/** A cluster as the APIs of service and control show it, for the pages of the operator console. */
export interface OperatorCluster {
  /** For `FakeLongwire.answer`. */
  answer(call: Call): Answer | undefined;
  /** A tier that answers 503 from now on, and back again. */
  setAway(tier: 'control' | 'service', isAway: boolean): void;
  readonly nodes: FixtureNode[];
}

export interface OperatorClusterOptions {
  readonly apiKey: string;
  readonly nodes: number;
  readonly processes: number;
}

const DRAIN_SHARE_A_READ = 0.15;

export function createOperatorCluster({
  apiKey,
  nodes: nodeCount,
  processes,
}: OperatorClusterOptions): OperatorCluster {
  const nodes = nodesOf(nodeCount);
  const away = new Set<string>();
  const keys = [
    key('3f2a91c4d07e', 'orders backend', ['push:user', 'read']),
    key('9b07d1e2aa41', 'dashboards', ['read']),
  ];
  const startedAt = Date.now();
  let messages = 0;

  const service: Readonly<Record<string, (match: readonly string[], call: Call) => Answer>> = {
    'GET /v1/online': () => ok({ connections: 184_213, users: 151_000, rooms: 4_120 }),
    'GET /v1/admin/overview': () => ok(overviewOf(processes)),
    'GET /v1/admin/overview/history': (_match, { path }) =>
      ok(historyOf(Number(/seconds=(\d+)/.exec(path)?.[1] ?? 300))),
    'GET /v1/admin/rooms': () => ok({ rooms: roomsOf(50) }),
    'GET /v1/admin/rooms/:id': ([id = '']) => ok(roomOf(id)),
    'GET /v1/users/:id/presence': ([id = '']) => ok(presenceOf(id)),
    'POST /v1/users/:id/kick': () => ({ status: 202, body: { connections: 2 } }),
    'POST /v1/push': () => ({ status: 202, body: { messageId: `m-${(messages += 1)}`, acceptedAt: Date.now() } }),
    'GET /v1/messages/:id': ([id]) => ok({ messageId: id, status: 'delivered', targets: 2, acked: 2, attempts: 3 }),
    'GET /v1/messages/:id/trace': ([id = '']) =>
      id === 'nobody' ? missing('unknown-message', id) : ok(traceOf(id, startedAt)),
    'GET /v1/admin/keys': () => ok({ keys }),
    'POST /v1/admin/keys': (_match, { body }) => {
      const { name, scopes } = body as { name: string; scopes: string[] };
      const created = key('c0ffee00beef', name, scopes);
      keys.push(created);
      return { status: 201, body: { ...created, apiKey: 'lwk_c0ffee00beef_shown-once' } };
    },
    'DELETE /v1/admin/keys/:id': ([id]) => {
      const index = keys.findIndex(({ keyId }) => keyId === id);
      if (index === -1) return missing('unknown-key', id ?? '');
      keys.splice(index, 1);
      return { status: 204, body: undefined };
    },
  };
  const decide = (id: string | undefined, change: Partial<FixtureNode>): Answer => {
    const node = nodes.find(({ nodeId }) => nodeId === id);
    if (node === undefined) return missing('unknown-node', id ?? '');
    return ok(Object.assign(node, change));
  };
  const control: typeof service = {
    'GET /v1/admin/nodes': () => {
      for (const { state, load } of nodes) {
        if (state === 'draining') load.connections = Math.floor(load.connections * (1 - DRAIN_SHARE_A_READ));
      }
      return ok({ version: 12, nodes });
    },
    'POST /v1/admin/nodes/:id/drain': ([id]) => decide(id, { state: 'draining' }),
    'POST /v1/admin/nodes/:id/eject': ([id]) => decide(id, { state: 'ejected' }),
    'POST /v1/admin/nodes/:id/restore': ([id]) => decide(id, { state: 'active' }),
    'PUT /v1/admin/nodes/:id/weight': ([id], { body }) => decide(id, body as { weight: number }),
  };

  return {
    nodes,
    setAway: (tier, isAway) => void (isAway ? away.add(tier) : away.delete(tier)),
    answer(call) {
      if (call.headers['authorization'] !== `Bearer ${apiKey}`)
        return problem(401, 'unknown-api-key', 'This API key is not known');
      for (const [tier, routes] of Object.entries({ service, control })) {
        const found = findRoute(routes, call);
        if (found === undefined) continue;
        return away.has(tier) ? problem(503, 'store-unavailable', `${tier} has lost its store`) : found();
      }
      return undefined;
    },
  };
}

function findRoute(
  routes: Readonly<Record<string, (match: readonly string[], call: Call) => Answer>>,
  call: Call,
): (() => Answer) | undefined {
  const path = call.path.split('?', 1)[0] ?? '';
  for (const [route, handler] of Object.entries(routes)) {
    const [method, pattern = ''] = route.split(' ');
    const match = new RegExp(`^${pattern.replace(':id', '([^/]+)')}$`).exec(path);
    if (method === call.method && match !== null) return () => handler(match.slice(1), call);
  }
  return undefined;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const missing = (code: string, id: string): Answer => problem(404, code, `There is no ${id}`);

function problem(status: number, code: string, detail: string): Answer {
  return {
    status,
    body: { type: `urn:longwire:error:${code}`, title: code, status, code, detail },
    headers: { 'content-type': 'application/problem+json' },
  };
}

function key(keyId: string, name: string, scopes: readonly string[]) {
  return { keyId, name, scopes, zones: null, createdAt: Date.now() - 86_400_000 };
}

function roomOf(roomId: string) {
  return {
    roomId,
    zoneId: null,
    online: 48_210,
    partition: 17,
    owner: 'dispatch-2',
    epoch: 1_763_000_123_456,
    seq: 918_223,
    messagesPerSec: 212.4,
    batchesPerSec: 9.8,
    batchMessages: 21.7,
    windowMs: 100,
    historyMessages: 500,
    shed: { chat: 12, gift: 0, like: 181 },
  };
}

function presenceOf(userId: string) {
  if (userId === 'nobody') return { online: false, connections: [] };
  const connection = (device: string, nodeId: string, rooms: readonly string[]) => ({
    connectionId: `${nodeId}.${device}.7f3a`,
    deviceId: `${userId}-${device}`,
    nodeId,
    rooms,
  });
  return {
    online: true,
    connections: [connection('phone', 'access-2', ['1000', '1001']), connection('web', 'access-1', ['1000'])],
  };
}

function traceOf(messageId: string, acceptedAt: number) {
  const span = (stage: string, afterMs: number, process: string, detail: Record<string, unknown> = {}) => ({
    stage,
    at: acceptedAt + afterMs,
    process,
    detail,
  });
  return {
    messageId,
    target: { kind: 'user', userIds: ['42'] },
    lane: 'express',
    acceptedAt,
    spans: [
      span('accepted', 0, 'service-1'),
      span('stored', 3, 'service-1', { seq: 918_223 }),
      span('taken', 5, 'dispatch-1', { attempt: 1 }),
      span('taken', 6, 'dispatch-2', { attempt: 1 }),
      span('forwarded', 7, 'dispatch-1', { recipients: 2 }),
      span('written', 9, 'access-2', { deviceId: '42-phone' }),
      span('written', 9, 'access-1', { deviceId: '42-web' }),
      span('acked', 41, 'access-1', { deviceId: '42-web' }),
      span('acked', 63, 'access-2', { deviceId: '42-phone' }),
    ],
    isCut: false,
  };
}
