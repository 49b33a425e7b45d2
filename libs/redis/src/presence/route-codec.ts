import type { NodeIncarnation, Route, Session } from '@longwire/domain';

/** A route with the run of the node that holds its session. */
export type RunRoute = Route & { readonly incarnation: number };

export function encodeRoute({ connectionId, userId, deviceId }: Session, node: NodeIncarnation): string {
  const route: RunRoute = { connectionId, userId, deviceId, nodeId: node.nodeId, incarnation: node.incarnation };
  return JSON.stringify(route);
}

export function decodeRunRoute(text: string): RunRoute {
  return JSON.parse(text) as RunRoute;
}

export function decodeRoute(text: string): Route {
  const { connectionId, userId, deviceId, nodeId } = decodeRunRoute(text);
  return { connectionId, userId, deviceId, nodeId };
}
