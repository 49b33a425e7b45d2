// Tests only: the whole service tier on memory adapters, with a dispatch that takes what it is told to take.
import { PARTITION_COUNT, trustedId } from '@longwire/domain';
import type { Bus, LocatedSession, LogicApi, Message, RoomFacts, Topic } from '@longwire/domain';
import {
  createMemoryBus,
  createMemoryCredentialStore,
  createMemoryEventCursors,
  createMemoryEventLog,
  createMemoryIdempotencyStore,
  createMemoryLeaseStore,
  createMemoryRoomDirectory,
  openSqliteExpressLog,
} from '@longwire/embedded';
import {
  BroadcastPush,
  BroadcastPushReply,
  DirectPush,
  DirectPushReply,
  MessageStatusQuery,
  MessageStatusReply,
  RoomPush,
  RoomPushReply,
} from '@longwire/protos/bus/v1';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig, systemClock } from '@longwire/runtime';
import { createServiceApp } from '../src/app.ts';
import type { ServicePorts } from '../src/app.ts';
import { serviceConfig } from '../src/config.ts';

export const BOOTSTRAP_KEY = 'bootstrap-key';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export type Fixture = Awaited<ReturnType<typeof openService>>;

/** Starts the tier on free ports. `env` overrides settings; `sessions` are what logic knows, `logic` how it answers else. */
export async function openService(
  options: {
    env?: Record<string, string>;
    sessions?: readonly LocatedSession[];
    maxLogEntries?: number;
    logic?: Partial<LogicApi>;
  } = {},
) {
  const clock = systemClock();
  const bulkBus = createMemoryBus();
  const expressBus = createMemoryBus();
  const expressLog = openSqliteExpressLog({ path: ':memory:', clock, maxEntries: options.maxLogEntries ?? 1000 });
  const metrics = createMetricsRegistry();
  const base = { logger: createSilentLogger(), metrics, health: createHealth(), clock, nodeName: 'service-1' };
  const ports: ServicePorts = {
    ...base,
    bulkBus,
    expressBus,
    expressLog,
    reports: expressLog.reports,
    logic: { ...fakeLogic(options.sessions ?? []), ...options.logic },
    rooms: createMemoryRoomDirectory(),
    credentials: createMemoryCredentialStore(),
    idempotency: createMemoryIdempotencyStore({ clock }),
    eventLog: createMemoryEventLog({ clock }),
    leases: createMemoryLeaseStore({ clock }),
    cursors: createMemoryEventCursors(),
    subjects: null,
    storeHealth: () => true,
  };
  const env = {
    LONGWIRE_API_KEY: BOOTSTRAP_KEY,
    LONGWIRE_SERVICE_HTTP_PORT: '0',
    LONGWIRE_SERVICE_GRPC_PORT: '0',
    ...options.env,
  };
  const app = createServiceApp(loadConfig(serviceConfig, env), ports);
  await app.start(new AbortController().signal);
  const url = app.describe().http;

  async function call(
    method: string,
    path: string,
    body?: unknown,
    apiKey: string | null = BOOTSTRAP_KEY,
  ): Promise<Answer> {
    const headers: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: text }) });
    const answer = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: answer === '' ? {} : (JSON.parse(answer) as Record<string, unknown>),
    };
  }

  return {
    url,
    ports,
    call,
    push: (body: unknown, apiKey?: string) => call('POST', '/v1/push', body, apiKey),
    close: async () => {
      await app.stop();
      expressLog.close();
    },
  };
}

/** A dispatch that takes everything; remembers it decoded. */
export async function takeEverything(fixture: Fixture) {
  const taken = {
    rooms: [] as RoomPush[],
    broadcasts: [] as BroadcastPush[],
    directs: [] as DirectPush[],
    stored: [] as Message[],
  };
  const { bulkBus, expressBus, expressLog } = fixture.ports;
  const answer = (bus: Bus, topic: Topic, reply: (payload: Uint8Array) => Uint8Array) =>
    bus.subscribe(topic, (payload, respond) => {
      const answered = reply(payload);
      respond?.(answered);
    });
  for (let partition = 0; partition < PARTITION_COUNT; partition += 1) {
    await answer(bulkBus, { kind: 'room-push', partition }, (payload) => {
      const push = RoomPush.decode(payload);
      taken.rooms.push(push);
      return RoomPushReply.encode({ accepted: push.messages.length, isOverloaded: false }).finish();
    });
  }
  await answer(bulkBus, { kind: 'broadcast-push' }, (payload) => {
    taken.broadcasts.push(BroadcastPush.decode(payload));
    return BroadcastPushReply.encode({ isAccepted: true }).finish();
  });
  await answer(expressBus, { kind: 'direct-push' }, (payload) => {
    taken.directs.push(DirectPush.decode(payload));
    return DirectPushReply.encode({ isAccepted: true }).finish();
  });
  expressLog.follow({
    onMessage: (message) => taken.stored.push(message),
    onAcks: () => undefined,
    onCaughtUp: () => undefined,
  });
  await answer(expressBus, { kind: 'message-status' }, (payload) => {
    const { messageId } = MessageStatusQuery.decode(payload);
    const found = taken.stored.find((message) => message.messageId === messageId);
    const targets = found?.target.kind === 'user' ? new Set(found.target.userIds).size : 1;
    const reply = { isKnown: found !== undefined, isOver: false, targets, acked: 0, attempts: 0 };
    return MessageStatusReply.encode(reply).finish();
  });
  return taken;
}

function fakeLogic(sessions: readonly LocatedSession[]): LogicApi {
  return {
    openSessionLink: () => {
      throw new Error('service opens no session link');
    },
    lookupRooms: async (roomIds): Promise<readonly RoomFacts[]> =>
      roomIds.map((roomId) => ({ roomId, zoneId: null, online: 7, onlineAtNode: 0 })),
    routesOfUsers: async () => [],
    routesOfDevices: async () => [],
    sessionsOfUser: async (userId) => sessions.filter((session) => session.userId === userId),
    topRooms: async () => [],
    totals: async () => ({ connections: 3, users: 2, rooms: 1 }),
    isAvailable: () => true,
  };
}

/** A session of logic, for presence and kicks. */
export function sessionOf(userId: string, connectionId: string, nodeId: string): LocatedSession {
  return {
    connectionId: trustedId(connectionId),
    userId: trustedId(userId),
    deviceId: trustedId(`device-of-${connectionId}`),
    nodeId: trustedId(nodeId),
    platform: 'test',
    rooms: [trustedId('1000')],
    connectedAtMs: 1,
  };
}
