import type { Credential, Scope, ZoneId } from '@longwire/domain';
import { AppError, SCOPES } from '@longwire/domain';

/** Throws `scope-missing` unless the credential has the scope. */
export function requireScope(credential: Credential, scope: Scope): void {
  if (credential.scopes.includes(scope)) return;
  throw new AppError('scope-missing', `The API key lacks the scope ${scope}`);
}

/**
 * Throws `zone-forbidden` unless the credential may use the zone; a room without a zone (null) needs one that may use
 * all.
 */
export function requireZone({ zones }: Credential, zoneId: ZoneId | null): void {
  if (zones === null || (zoneId !== null && zones.includes(zoneId))) return;
  const what = zoneId === null ? 'rooms without a zone' : `the zone ${zoneId}`;
  throw new AppError('zone-forbidden', `The API key may not use ${what}`);
}

/**
 * Reads a list of scopes from outside; throws `invalid-request` naming the entry (`scopes[1]`). Repeats are dropped.
 */
export function parseScopes(value: unknown, field = 'scopes'): readonly Scope[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new AppError('invalid-request', `${field}: must be a list of at least one scope`, { field });
  }
  const scopes = value.map((entry: unknown, index) => parseScope(entry, `${field}[${index}]`));
  return [...new Set(scopes)];
}

function parseScope(entry: unknown, field: string): Scope {
  const scope = SCOPES.find((known) => known === entry);
  if (scope !== undefined) return scope;
  throw new AppError('invalid-request', `${field}: unknown scope, known are ${SCOPES.join(', ')}`, { field });
}
