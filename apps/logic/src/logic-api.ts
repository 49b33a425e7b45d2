import type { LogicApi, PresenceStore } from '@longwire/domain';
import type { RoomFactsReader } from './online/room-facts.ts';
import type { SessionLinks } from './presence/session-links.ts';
import type { CallGate } from './route/call-gate.ts';
import type { RouteFinder } from './route/route-finder.ts';

export interface LogicApiOptions {
  readonly links: SessionLinks;
  readonly rooms: RoomFactsReader;
  readonly routes: RouteFinder;
  readonly store: Pick<PresenceStore, 'totals'>;
  readonly gate: CallGate;
  readonly isAvailable: () => boolean;
}

/** Logic as the other tiers see it: used as it is in one process, and served over gRPC to others. */
export function createLogicApi({ links, rooms, routes, store, gate, isAvailable }: LogicApiOptions): LogicApi {
  return {
    openSessionLink: (node, events) => links.open(node, events),
    lookupRooms: (roomIds, nodeId) => rooms.lookup(roomIds, nodeId),
    routesOfUsers: (userIds) => routes.ofUsers(userIds),
    routesOfDevices: (deviceIds) => routes.ofDevices(deviceIds),
    sessionsOfUser: (userId) => routes.sessionsOf(userId),
    topRooms: (limit) => rooms.top(limit),
    totals: () => gate.run(() => store.totals()),
    isAvailable,
  };
}
