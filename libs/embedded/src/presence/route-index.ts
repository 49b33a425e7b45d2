import type { Route } from '@longwire/domain';

/** Where a route leads, and in which run of the node: what finds the session again. */
export type RunRoute = Route & { readonly incarnation: number };

/** The connections of each user, or of each device. */
export class RouteIndex<Id extends string> {
  readonly #routes = new Map<Id, Map<string, RunRoute>>();

  set(id: Id, route: RunRoute): void {
    const routes = this.#routes.get(id) ?? new Map<string, RunRoute>();
    routes.set(route.connectionId, route);
    this.#routes.set(id, routes);
  }

  delete(id: Id, connectionId: string): void {
    const routes = this.#routes.get(id);
    routes?.delete(connectionId);
    if (routes?.size === 0) this.#routes.delete(id);
  }

  of(id: Id): readonly RunRoute[] {
    return [...(this.#routes.get(id)?.values() ?? [])];
  }

  get size(): number {
    return this.#routes.size;
  }
}
