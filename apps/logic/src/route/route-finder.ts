import type { DeviceId, LocatedSession, PresenceStore, Route, UserId } from '@longwire/domain';
import type { CallGate } from './call-gate.ts';

/** Ids asked of the store at once: keeps one large push from holding up everybody's queries. */
const STEP = 500;

/** Where users and devices are connected. All reject with `store-unavailable`. */
export interface RouteFinder {
  /** One route per connection; a user without one has no route. Repeated ids count once. */
  ofUsers(userIds: readonly UserId[]): Promise<readonly Route[]>;
  ofDevices(deviceIds: readonly DeviceId[]): Promise<readonly Route[]>;
  sessionsOf(userId: UserId): Promise<readonly LocatedSession[]>;
}

export function createRouteFinder(
  store: Pick<PresenceStore, 'routesOfUsers' | 'routesOfDevices' | 'sessionsOfUser'>,
  gate: CallGate,
): RouteFinder {
  return {
    ofUsers: (userIds) => inSteps(userIds, (step) => gate.run(() => store.routesOfUsers(step))),
    ofDevices: (deviceIds) => inSteps(deviceIds, (step) => gate.run(() => store.routesOfDevices(step))),
    sessionsOf: (userId) => gate.run(() => store.sessionsOfUser(userId)),
  };
}

async function inSteps<Id>(
  ids: readonly Id[],
  find: (step: readonly Id[]) => Promise<readonly Route[]>,
): Promise<readonly Route[]> {
  const distinct = [...new Set(ids)];
  const found: Route[] = [];
  for (let from = 0; from < distinct.length; from += STEP) {
    found.push(...(await find(distinct.slice(from, from + STEP))));
  }
  return found;
}
