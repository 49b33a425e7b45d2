import assert from 'node:assert/strict';
import { AppError, partitionOf, trustedId } from '@longwire/domain';
import type { Bus, LeaseStore, LogicApi, MessageId, RoomId, Route } from '@longwire/domain';
import { createMemoryBus, createMemoryLeaseStore, openSqliteExpressLog } from '@longwire/embedded';
import { DirectPush, Lane, NodeCommand, RoomBatch, RoomDemand, RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import type { DirectDelivery } from '@longwire/protos/bus/v1';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig } from '@longwire/runtime';
import { fakeClock } from '@longwire/testkit';
import { decodeFrames, SERVER_FRAME_LIMITS } from '@longwire/wire';
import { createDispatchApp } from '../src/app.ts';
import { dispatchConfig } from '../src/config.ts';
import type { DispatchConfig } from '../src/config.ts';

export const room = trustedId<RoomId>('1000');

/** What several dispatch processes share: bus, stores, logic, time. */
export function openWorld() {
  const clock = fakeClock();
  const bulkBus = createMemoryBus();
  const expressBus = createMemoryBus();
  const leases = createMemoryLeaseStore({ clock });
  const log = openSqliteExpressLog({ path: ':memory:', clock });
  const logic = createFakeLogic();
  return { clock, bulkBus, expressBus, leases, log, logic };
}

export type World = ReturnType<typeof openWorld>;

/** What a test can take away from one process. */
interface Line {
  isStoreGone: boolean;
  isBusGone: boolean;
}

/** Starts one dispatch process in the world. */
export async function startDispatch(world: World, name = 'dispatch-1', overrides: Partial<DispatchConfig> = {}) {
  const metrics = createMetricsRegistry();
  const health = createHealth();
  const line: Line = { isStoreGone: false, isBusGone: false };
  const leases = leasesBehind(line, world.leases);
  const bulkBus: Bus = {
    ...world.bulkBus,
    isConnected: () => !line.isBusGone && world.bulkBus.isConnected(),
    publish: (topic, payload) => (line.isBusGone ? 'unavailable' : world.bulkBus.publish(topic, payload)),
  };
  const app = createDispatchApp(
    { ...loadConfig(dispatchConfig, {}), ...overrides },
    {
      ...world,
      expressLog: world.log,
      reports: world.log.reports,
      bulkBus,
      leases,
      metrics,
      health,
      logger: createSilentLogger(),
      nodeName: name,
    },
  );
  const started = app.start(new AbortController().signal);
  let isStarted = false;
  void started.finally(() => (isStarted = true)).catch(() => undefined);
  await world.clock.advanceAsync(0);
  // With an access node in the world, a start waits for what it has to say.
  while (!isStarted) await world.clock.advanceAsync(50);
  await started;
  health.setStarted();
  const value = async (metric: string, labels = ''): Promise<number> => {
    const line = (await metrics.text()).split('\n').find((text) => text.startsWith(`${metric}${labels} `));
    return Number(line?.split(' ').at(-1) ?? 0);
  };
  return { app, health, line, value: (what: string, labels?: string) => value(`longwire_dispatch_${what}`, labels) };
}

export type DispatchProcess = Awaited<ReturnType<typeof startDispatch>>;

/** How many partitions each of the processes owns. */
export async function owned(...processes: readonly DispatchProcess[]): Promise<number[]> {
  return Promise.all(processes.map((process) => process.value('partitions_owned')));
}

/** From here on the process reaches neither store nor bus: to the others it looks like kill -9. */
export function cutOff(process: DispatchProcess): void {
  Object.assign(process.line, { isStoreGone: true, isBusGone: true });
}

function leasesBehind(line: Line, leases: LeaseStore): LeaseStore {
  const ask = <T>(call: () => Promise<T>): Promise<T> =>
    line.isStoreGone ? Promise.reject(new AppError('store-unavailable', 'cut off')) : call();
  return {
    claim: (...args) => ask(() => leases.claim(...args)),
    claimMany: (...args) => ask(() => leases.claimMany(...args)),
    release: (...args) => ask(() => leases.release(...args)),
    join: (...args) => ask(() => leases.join(...args)),
    leave: (...args) => ask(() => leases.leave(...args)),
  };
}

export function roomMessage(index: number, more: Readonly<Record<string, unknown>> = {}, roomId: RoomId = room) {
  const payload = Buffer.from(JSON.stringify({ cmd: 'DANMU_MSG', index, ...more }));
  return { messageId: `m-${roomId}-${index}`, roomId, payload, acceptedAtMs: 1, isUnkeyed: false };
}

/** The bus in memory goes by real time: so long a slow machine may take to answer. */
export const ASK_MS = 30_000;

/** Pushes messages of one room as service does; undefined when nobody listens or answers. */
export async function push(world: World, messages: RoomPush['messages']): Promise<RoomPushReply | undefined> {
  const partition = partitionOf(trustedId<RoomId>(messages[0]?.roomId ?? ''));
  const request = world.bulkBus.request(
    { kind: 'room-push', partition },
    RoomPush.encode({ messages }).finish(),
    ASK_MS,
  );
  await world.clock.advanceAsync(0);
  const outcome = await request;
  return outcome.ok ? RoomPushReply.decode(outcome.payload) : undefined;
}

const UNKNOWN_POSITION = { roomEpoch: 0, lastSeq: 0, ownerEpoch: 0, firstSeq: 0, viewers: [], dictionaryIds: [] };

/** Says that an access node has members of the room with these encodings. */
export async function demand(world: World, encodings: number, roomId: RoomId = room): Promise<void> {
  const word = {
    nodeId: 'access-1',
    incarnation: 1,
    isSnapshot: true,
    rooms: [{ ...UNKNOWN_POSITION, roomId, encodings }],
    idKeys: Buffer.alloc(0),
  };
  world.bulkBus.publish({ kind: 'room-demand', partition: partitionOf(roomId) }, RoomDemand.encode(word).finish());
  await world.clock.advanceAsync(0);
}

/** Gathers what travels to a room; `batches` as they came, `messages` with the objects of the plain frames. */
export async function watchRoom(world: World, roomId: RoomId = room) {
  const batches: RoomBatch[] = [];
  const messages: { index: number; lw: { room: string; seq: number; epoch: number } }[] = [];
  await world.bulkBus.subscribe({ kind: 'room-batch', roomId }, (payload) => {
    const batch = RoomBatch.decode(payload);
    batches.push(batch);
    const plain = batch.encodings.find((encoded) => encoded.encoding === 1);
    if (plain !== undefined) messages.push(...objectsOf(plain.frames).map((object) => object as (typeof messages)[0]));
  });
  return { batches, messages };
}

/** The JSON objects of the op 5 frames in these bytes. */
export function objectsOf(frames: Uint8Array): readonly unknown[] {
  const outcome = decodeFrames(frames, SERVER_FRAME_LIMITS);
  assert.ok(outcome.ok);
  return outcome.frames.map((frame) => JSON.parse(Buffer.from(frame.body).toString()) as unknown);
}

export const PAYLOAD = Buffer.from(JSON.stringify({ cmd: 'PK_INVITE' }));

export type WireTarget = NonNullable<DirectPush['target']>;

export function toWireUser(...userIds: string[]): WireTarget {
  return { $case: 'user', value: { userIds } };
}

/** A DirectPush as service sends it: by default express, without an ack. */
export function direct(target: WireTarget, more: Partial<DirectPush> = {}): Uint8Array {
  const push = { messageId: 'e1', target, payload: PAYLOAD, lane: Lane.EXPRESS, isAckWanted: false, acceptedAtMs: 1 };
  return DirectPush.encode({ ...push, ...more }).finish();
}

/** Gathers the direct deliveries an access node is sent. */
export async function watchNode(bus: World['bulkBus'], nodeId: string): Promise<DirectDelivery[]> {
  const deliveries: DirectDelivery[] = [];
  await bus.subscribe({ kind: 'node', nodeId: trustedId(nodeId) }, (payload) => {
    const { command } = NodeCommand.decode(payload);
    if (command?.$case === 'direct') deliveries.push(command.value);
  });
  return deliveries;
}

export function messageId(text: string): MessageId {
  return trustedId<MessageId>(text);
}

/** A logic tier whose routes the test sets. */
function createFakeLogic() {
  const routes: Route[] = [];
  const calls: number[] = [];
  const state = { isAvailable: true };
  const unavailable = () => Promise.reject(new AppError('peer-unavailable', 'logic is away'));
  const answer = (ids: readonly string[], of: (route: Route) => string | null) => {
    calls.push(ids.length);
    return state.isAvailable ? Promise.resolve(routes.filter((route) => ids.includes(of(route) ?? ''))) : unavailable();
  };
  const api: LogicApi = {
    openSessionLink: () => assert.fail('dispatch opens no session link'),
    lookupRooms: unavailable,
    routesOfUsers: (ids) => answer(ids, (route) => route.userId),
    routesOfDevices: (ids) => answer(ids, (route) => route.deviceId),
    sessionsOfUser: unavailable,
    topRooms: unavailable,
    totals: unavailable,
    isAvailable: () => state.isAvailable,
  };
  const connect = (connectionId: string, nodeId: string, userId: string | null, deviceId = `device-${connectionId}`) =>
    routes.push({
      connectionId: trustedId(connectionId),
      nodeId: trustedId(nodeId),
      userId: userId === null ? null : trustedId(userId),
      deviceId: trustedId(deviceId),
    });
  return { ...api, routes, calls, state, connect };
}
