import assert from 'node:assert/strict';
import { AppError, digestRooms, sliceDigest, trustedId } from '@longwire/domain';
import type {
  ClientEvent,
  NodeIncarnation,
  PresenceStore,
  RoomId,
  Session,
  SessionChange,
  UplinkEvent,
} from '@longwire/domain';
import { createMemoryEventLog, createMemoryPresenceStore } from '@longwire/embedded';
import { fakeClock } from '@longwire/testkit';
import { createEventOutbox } from '../src/events/event-outbox.ts';
import { createSessionLinks } from '../src/presence/session-links.ts';

export const node: NodeIncarnation = { nodeId: trustedId('access-1'), incarnation: 1 };
export const room = trustedId<RoomId>('1000');

export function session(connectionId: string, rooms: readonly string[] = ['1000']): Session {
  return {
    connectionId: trustedId(connectionId),
    userId: trustedId(`u-${connectionId}`),
    deviceId: trustedId(`d-${connectionId}`),
    platform: 'web',
    rooms: rooms.map((id) => trustedId(id)),
    connectedAtMs: 0,
  };
}

export const opened = (connectionId: string, rooms?: readonly string[]): SessionChange => ({
  type: 'open',
  session: session(connectionId, rooms),
});
export const closed = (connectionId: string): SessionChange => ({ type: 'close', session: session(connectionId) });
export const changes = (...list: SessionChange[]) => ({ type: 'changes', changes: list, uplinks: [] }) as const;
export const part = (isLast: boolean, ...ids: string[]) =>
  ({ type: 'snapshot', changes: ids.map((id) => opened(id)), isLast }) as const;
export const digest = (...sessions: Session[]) =>
  ({ type: 'digest', digest: sliceDigest(digestRooms(sessions), 0) }) as const;
export const uplink: UplinkEvent = {
  type: 'uplink',
  eventId: 'up/1',
  userId: trustedId('u-c1'),
  deviceId: trustedId('d-c1'),
  connectionId: trustedId('c1'),
  rooms: [room],
  data: { hello: 1 },
  at: 0,
};

/** A presence store whose inside can be changed and whose calls can be made to fail or to hang. */
export function lineFixture() {
  const clock = fakeClock();
  let inner: PresenceStore = createMemoryPresenceStore({ clock });
  let obstacle: () => Promise<void> = () => Promise.resolve();
  const asked: string[] = [];
  const log = createMemoryEventLog({ clock });
  const appended: ClientEvent[] = [];
  let isLogDown = false;
  const outbox = createEventOutbox({
    log: {
      append: async (events) => {
        if (isLogDown) throw new AppError('store-unavailable', 'down');
        appended.push(...events);
        await log.append(events);
      },
    },
    confirm: (events) => inner.confirmEvents(events),
    onAppended: () => undefined,
    onDropped: () => undefined,
    onFault: () => undefined,
  });
  const links = createSessionLinks({
    store: {
      renewNode: async (...args) => {
        asked.push('renew');
        await obstacle();
        return inner.renewNode(...args);
      },
      apply: (...args) => inner.apply(...args),
      completeSnapshot: (...args) => inner.completeSnapshot(...args),
      reconcile: (...args) => inner.reconcile(...args),
    },
    outbox,
    clock,
    leaseTtlMs: 5000,
    onDigest: () => undefined,
    onReport: () => undefined,
    onFault: () => undefined,
  });
  return {
    clock,
    links,
    asked,
    appended,
    outbox,
    store: () => inner,
    loseStore: () => void (inner = createMemoryPresenceStore({ clock })),
    setObstacle: (next: () => Promise<void>) => void (obstacle = next),
    setLogDown: (isDown: boolean) => void (isLogDown = isDown),
    open: (onResync: () => void = () => undefined) => links.open(node, { onResync }),
    openKnown: async () => {
      const link = links.open(node, { onResync: () => undefined });
      assert.equal(await link.report(part(true)), 'applied');
      return link;
    },
    connections: async () => (await inner.totals()).connections,
  };
}
