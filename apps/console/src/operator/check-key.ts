import { AppError } from '@longwire/domain';
import type { Upstream } from './upstream.ts';

/** The cheapest call of each tier that only a known key may make. */
const PROBES = [
  { tier: 'service', target: '/v1/online' },
  { tier: 'control', target: '/v1/admin/nodes' },
] as const;

export type KeyVerdict = 'known' | 'unknown';

/**
 * Asks service whether it knows the key, and control where service is away. A key that is known but may not make this
 * call is known: each page says for itself what its scopes allow. Rejects with `peer-unavailable` when neither can tell.
 */
export async function checkKey(upstream: Pick<Upstream, 'call'>, apiKey: string): Promise<KeyVerdict> {
  for (const { tier, target } of PROBES) {
    const answer = await upstream.call({ tier, method: 'GET', target, apiKey }).catch(() => undefined);
    if (answer === undefined) continue;
    if (answer.status === 200 || answer.status === 403) return 'known';
    if (answer.status === 401) return 'unknown';
  }
  throw new AppError('peer-unavailable', 'Neither service nor control can check the key at the moment');
}

/** What may be shown of a key: its public handle, or nothing of one with a form of its own. */
export function keyIdOf(apiKey: string): string {
  return /^lwk_([0-9a-f]{12})_/.exec(apiKey)?.[1] ?? 'bootstrap';
}
