import { addresseeKey } from '@longwire/domain';
import type { Addressee, DeviceId, LogicApi, Route, UserId } from '@longwire/domain';

export const MAX_IDS_PER_CALL = 500;

/** Routes by {@link addresseeKey}; an addressee without a connection has none. */
export type RouteMap = ReadonlyMap<string, readonly Route[]>;

export interface RouteResolverOptions {
  readonly logic: Pick<LogicApi, 'routesOfUsers' | 'routesOfDevices'>;
  /** Told of each call to logic, with the number of ids in it. */
  readonly onCall: (ids: number) => void;
}

interface Round {
  readonly users: Set<UserId>;
  readonly devices: Set<DeviceId>;
  readonly routes: Promise<RouteMap>;
}

/**
 * Finds the connections of users and devices. What is asked within one turn of the event loop is asked of logic
 * together, each id once, in calls of up to 500 ids: a push to a thousand users costs two calls, not a thousand.
 */
export class RouteResolver {
  readonly #options: RouteResolverOptions;
  #round: Round | undefined;

  constructor(options: RouteResolverOptions) {
    this.#options = options;
  }

  /** The result may hold more than was asked for. Rejects as logic does; then no answer of the turn is known. */
  routesOf(addressees: readonly Addressee[]): Promise<RouteMap> {
    this.#round ??= this.#begin();
    for (const addressee of addressees) {
      if (addressee.kind === 'user') this.#round.users.add(addressee.id);
      else this.#round.devices.add(addressee.id);
    }
    return this.#round.routes;
  }

  #begin(): Round {
    const users = new Set<UserId>();
    const devices = new Set<DeviceId>();
    const routes = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#round = undefined;
      return this.#ask([...users], [...devices]);
    });
    return { users, devices, routes };
  }

  async #ask(users: readonly UserId[], devices: readonly DeviceId[]): Promise<RouteMap> {
    const { logic } = this.#options;
    const [ofUsers, ofDevices] = await Promise.all([
      this.#inCalls(users, (ids) => logic.routesOfUsers(ids)),
      this.#inCalls(devices, (ids) => logic.routesOfDevices(ids)),
    ]);
    const routes = new Map<string, Route[]>();
    for (const route of ofUsers) {
      if (route.userId !== null) put(routes, addresseeKey({ kind: 'user', id: route.userId }), route);
    }
    for (const route of ofDevices) put(routes, addresseeKey({ kind: 'device', id: route.deviceId }), route);
    return routes;
  }

  async #inCalls<Id>(
    ids: readonly Id[],
    call: (ids: readonly Id[]) => Promise<readonly Route[]>,
  ): Promise<readonly Route[]> {
    const calls: Promise<readonly Route[]>[] = [];
    for (let start = 0; start < ids.length; start += MAX_IDS_PER_CALL) {
      const part = ids.slice(start, start + MAX_IDS_PER_CALL);
      this.#options.onCall(part.length);
      calls.push(call(part));
    }
    return (await Promise.all(calls)).flat();
  }
}

function put(routes: Map<string, Route[]>, key: string, route: Route): void {
  const known = routes.get(key);
  if (known === undefined) routes.set(key, [route]);
  else known.push(route);
}
