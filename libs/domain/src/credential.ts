import type { ZoneId } from './ids.ts';

/** Everything an API key can be allowed. */
export const SCOPES = [
  'connect',
  'push:user',
  'push:device',
  'push:room',
  'push:zone',
  'push:all',
  'read',
  'rooms',
  'kick',
  'events',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What is known of an API key; the key itself is never stored. */
export interface Credential {
  /** Public handle of the key, fit for logs and for revoking it. */
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Zones that room and zone calls are limited to; null is all. */
  readonly zones: readonly ZoneId[] | null;
  readonly createdAtMs: number;
}
