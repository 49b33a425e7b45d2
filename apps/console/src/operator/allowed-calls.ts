export type UpstreamTier = 'control' | 'service';

/** One call that the operator console passes on. Path parameters are ids. */
export interface AllowedCall {
  readonly tier: UpstreamTier;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Query parameters that are passed on; any other is refused. */
  readonly query?: readonly string[];
  readonly hasBody?: boolean;
}

/**
 * Everything that is passed on, and nothing else is: a path that is not here is not found. The event stream has a route
 * of its own.
 */
export const ALLOWED_CALLS: readonly AllowedCall[] = [
  { tier: 'service', method: 'GET', path: '/v1/admin/overview' },
  { tier: 'service', method: 'GET', path: '/v1/admin/overview/history', query: ['seconds'] },
  { tier: 'service', method: 'GET', path: '/v1/admin/rooms', query: ['sort', 'limit'] },
  { tier: 'service', method: 'GET', path: '/v1/admin/rooms/:id' },
  { tier: 'service', method: 'GET', path: '/v1/users/:id/presence' },
  { tier: 'service', method: 'POST', path: '/v1/users/:id/kick', hasBody: true },
  { tier: 'service', method: 'POST', path: '/v1/push', query: ['trace'], hasBody: true },
  { tier: 'service', method: 'GET', path: '/v1/messages/:id' },
  { tier: 'service', method: 'GET', path: '/v1/messages/:id/trace' },
  { tier: 'service', method: 'GET', path: '/v1/admin/keys' },
  { tier: 'service', method: 'POST', path: '/v1/admin/keys', hasBody: true },
  { tier: 'service', method: 'DELETE', path: '/v1/admin/keys/:id' },
  { tier: 'control', method: 'GET', path: '/v1/admin/nodes' },
  { tier: 'control', method: 'POST', path: '/v1/admin/nodes/:id/drain' },
  { tier: 'control', method: 'POST', path: '/v1/admin/nodes/:id/eject' },
  { tier: 'control', method: 'POST', path: '/v1/admin/nodes/:id/restore' },
  { tier: 'control', method: 'PUT', path: '/v1/admin/nodes/:id/weight', hasBody: true },
];
