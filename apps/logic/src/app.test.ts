import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type {
  ClientEvent,
  EventLog,
  NodeId,
  RoomId,
  Session,
  SessionLink,
  SessionReport,
  ZoneId,
} from '@longwire/domain';
import {
  createMemoryBus,
  createMemoryEventLog,
  createMemoryPresenceStore,
  createMemoryRoomDirectory,
} from '@longwire/embedded';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig } from '@longwire/runtime';
import { fakeClock, settle } from '@longwire/testkit';
import { createLogicApp } from './app.ts';
import { logicConfig } from './config.ts';

const room = trustedId<RoomId>('1000');
const nodeId = trustedId<NodeId>('access-1');

function session(connectionId: string, userId: string | null = '42'): Session {
  return {
    connectionId: trustedId(connectionId),
    userId: userId === null ? null : trustedId(userId),
    deviceId: trustedId(`d-${connectionId}`),
    platform: 'web',
    rooms: [room],
    connectedAtMs: 0,
  };
}

async function runLogic() {
  const clock = fakeClock();
  const config = loadConfig(logicConfig, {});
  const bus = createMemoryBus();
  const rooms = createMemoryRoomDirectory();
  const health = createHealth();
  const metrics = createMetricsRegistry();
  const stored = createMemoryEventLog({ clock });
  let isLogDown = false;
  let storeHealth: true | string = true;
  const events: EventLog = {
    append: async (list) => {
      if (isLogDown) throw new AppError('store-unavailable', 'down');
      await stored.append(list);
    },
    readAfter: (...args) => stored.readAfter(...args),
  };
  const app = createLogicApp(config, {
    clock,
    health,
    metrics,
    events,
    rooms,
    logger: createSilentLogger(),
    nodeName: 'logic-1',
    bulkBus: bus,
    presence: createMemoryPresenceStore({ clock, leaveGraceMs: config.leaveGraceMs }),
    storeHealth: () => storeHealth,
  });
  await app.start(new AbortController().signal);
  health.setStarted();
  return {
    app,
    api: app.api,
    bus,
    clock,
    health,
    metrics,
    rooms,
    setLogDown: (isDown: boolean) => void (isLogDown = isDown),
    setStoreHealth: (next: true | string) => void (storeHealth = next),
    logged: async (): Promise<readonly ClientEvent[]> =>
      (await stored.readAfter('0', { limit: 1000, waitMs: 0 })).events.map(({ event }) => event),
    async openNode(id: NodeId = nodeId): Promise<SessionLink> {
      const link = app.api.openSessionLink({ nodeId: id, incarnation: 1 }, { onResync: () => undefined });
      assert.equal(await link.report({ type: 'snapshot', changes: [], isLast: true }), 'applied');
      return link;
    },
    [Symbol.asyncDispose]: () => app.stop(),
  };
}

const changes = (type: 'open' | 'close', sessions: readonly Session[]): SessionReport => ({
  type: 'changes',
  changes: sessions.map((one) => ({ type, session: one })),
  uplinks: [],
});
const open = (...sessions: readonly Session[]) => changes('open', sessions);
const close = (...sessions: readonly Session[]) => changes('close', sessions);
const renew = changes('open', []);

describe('logic, whole, on memory adapters', () => {
  test('knows rooms, routes, sessions and totals of what nodes report', async () => {
    await using logic = await runLogic();
    const first = await logic.openNode();
    const second = await logic.openNode(trustedId('access-2'));
    await first.report(open(session('c1'), session('c2')));
    await second.report(open(session('c3', '43'), session('c4', null)));
    await logic.rooms.setZone(room, trustedId<ZoneId>('music'));

    assert.deepEqual(await logic.api.lookupRooms([room, trustedId('none')], nodeId), [
      { roomId: '1000', zoneId: 'music', online: 4, onlineAtNode: 2 },
      { roomId: 'none', zoneId: null, online: 0, onlineAtNode: 0 },
    ]);
    assert.deepEqual(await logic.api.lookupRooms([]), []);
    const routes = await logic.api.routesOfUsers([trustedId('42'), trustedId('42'), trustedId('nobody')]);
    assert.deepEqual(routes.map(({ connectionId }) => connectionId).toSorted(), ['c1', 'c2']);
    const [route] = await logic.api.routesOfDevices([trustedId('d-c4')]);
    assert.deepEqual([route?.nodeId, route?.userId], ['access-2', null]);
    const sessions = await logic.api.sessionsOfUser(trustedId('43'));
    assert.deepEqual(
      sessions.map((one) => [one.connectionId, one.nodeId, one.rooms]),
      [['c3', 'access-2', ['1000']]],
    );
    assert.deepEqual(await logic.api.totals(), { connections: 4, users: 2, rooms: 1 });
  });

  test('sweeps a node that died within its lease and one look, and leaves those alive alone', async () => {
    await using logic = await runLogic();
    const dead = await logic.openNode();
    const alive = await logic.openNode(trustedId('access-2'));
    await dead.report(open(session('c1'), session('c2')));
    await alive.report(open(session('c3', '43')));
    for (let second = 0; second < 6; second += 1) {
      await logic.clock.advanceAsync(1000);
      assert.equal(await alive.report(renew), 'applied');
    }
    assert.deepEqual(await logic.api.totals(), { connections: 1, users: 1, rooms: 1 });
    const text = await logic.metrics.text();
    assert.match(text, /longwire_logic_swept_nodes_total 1\n/);
    assert.match(text, /longwire_logic_swept_sessions_total 2\n/);

    await logic.clock.advanceAsync(11_000);
    const leaves = (await logic.logged()).filter(({ type }) => type === 'room.leave');
    assert.deepEqual(
      leaves.map(({ userId }) => userId),
      ['42'],
    );
  });

  test('a node that comes back after it was swept is asked for a snapshot', async () => {
    await using logic = await runLogic();
    const link = await logic.openNode();
    await link.report(open(session('c1')));
    await logic.clock.advanceAsync(6000);
    assert.equal((await logic.api.totals()).connections, 0);
    assert.equal(await link.report(renew), 'resync');
    const opened = [{ type: 'open', session: session('c1') }] as const;
    assert.equal(await link.report({ type: 'snapshot', changes: opened, isLast: true }), 'applied');
    assert.equal((await logic.api.totals()).connections, 1);
  });

  test('tells an enter at once, a leave after 10 s, and neither for who comes back before', async () => {
    await using logic = await runLogic();
    const link = await logic.openNode();
    const typesOf = async () => (await logic.logged()).map(({ type, userId }) => `${type} ${userId}`);
    const pass = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        await logic.clock.advanceAsync(1000);
        await link.report(renew);
      }
    };
    await link.report(open(session('c1'), session('x1', '43')));
    await settle();
    assert.deepEqual(await typesOf(), ['room.enter 42', 'room.enter 43']);
    await link.report(close(session('c1'), session('x1', '43')));
    await pass(8);
    await link.report(open(session('c2')));
    await pass(1);
    assert.deepEqual(await typesOf(), ['room.enter 42', 'room.enter 43']);
    await pass(4);
    assert.deepEqual(await typesOf(), ['room.enter 42', 'room.enter 43', 'room.leave 43']);
    await link.report(close(session('c2')));
    await pass(11);
    assert.deepEqual((await typesOf()).at(-1), 'room.leave 42');
  });

  test('events wait while the log is down and are all written once it is back', async () => {
    await using logic = await runLogic();
    const link = await logic.openNode();
    logic.setLogDown(true);
    await link.report(open(session('c1')));
    await link.report(close(session('c1')));
    for (let second = 0; second < 12; second += 1) {
      await logic.clock.advanceAsync(1000);
      assert.equal(await link.report(renew), 'applied');
    }
    assert.match(await logic.metrics.text(), /longwire_logic_kept_events 1\n/);
    logic.setLogDown(false);
    await logic.clock.advanceAsync(6000);
    assert.deepEqual(
      (await logic.logged()).map(({ type }) => type),
      ['room.enter', 'room.leave'],
    );
  });

  test('writes what it has kept before it is gone', async () => {
    const logic = await runLogic();
    const link = await logic.openNode();
    logic.setLogDown(true);
    await link.report(open(session('c1')));
    await settle();
    logic.setLogDown(false);
    await logic.app.stop();
    assert.equal((await logic.logged()).length, 1);
  });

  test('is ready while the store answers and the bus is connected, and says what is missing', async () => {
    await using logic = await runLogic();
    assert.deepEqual(logic.health.isReady(), { ready: true, reasons: [] });
    assert.equal(logic.api.isAvailable(), true);
    logic.setStoreHealth('does not answer');
    logic.bus.setConnected(false);
    assert.deepEqual(logic.health.isReady().reasons, ['logic.store: does not answer', 'logic.bulk-bus: not connected']);
    assert.equal(logic.api.isAvailable(), false);
  });

  test('shows the totals of the cluster as metrics', async () => {
    await using logic = await runLogic();
    const link = await logic.openNode();
    await link.report(open(session('c1'), session('c2')));
    await logic.clock.advanceAsync(4000);
    await link.report(renew);
    await logic.clock.advanceAsync(1000);
    const text = await logic.metrics.text();
    assert.match(text, /longwire_logic_online{what="connections"} 2\n/);
    assert.match(text, /longwire_logic_session_links 1\n/);
  });

  test('stopping leaves no timer and no health check behind', async () => {
    const logic = await runLogic();
    await logic.openNode();
    await logic.app.stop();
    assert.equal(logic.clock.pendingTimers(), 0);
    logic.setStoreHealth('does not answer');
    assert.deepEqual(logic.health.isReady().reasons, []);
  });
});
