import { issueApiKey, parseScopes, requireScope } from '@longwire/auth';
import { AppError } from '@longwire/domain';
import type { Clock, Credential, CredentialStore, ZoneId } from '@longwire/domain';

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly zones: readonly ZoneId[] | null;
}

export interface KeyServicePorts {
  readonly store: CredentialStore;
  readonly clock: Clock;
}

/** API keys: made, listed and revoked by keys with the scope `admin`. The key itself is shown once and never stored. */
export class KeyService {
  readonly #ports: KeyServicePorts;

  constructor(ports: KeyServicePorts) {
    this.#ports = ports;
  }

  /** Throws AppError `invalid-request` for an unknown scope. */
  async create(credential: Credential, request: NewKey): Promise<Credential & { readonly apiKey: string }> {
    requireScope(credential, 'admin');
    const scopes = parseScopes(request.scopes);
    const { apiKey, keyId, keyHash } = issueApiKey();
    const { name, zones } = request;
    const created: Credential = { keyId, name, scopes, zones, createdAtMs: this.#ports.clock.now() };
    await this.#ports.store.put(keyHash, created);
    return { ...created, apiKey };
  }

  async list(credential: Credential): Promise<readonly Credential[]> {
    requireScope(credential, 'admin');
    return this.#ports.store.list();
  }

  /** Takes effect within the second that credential checks are cached for. */
  async revoke(credential: Credential, keyId: string): Promise<void> {
    requireScope(credential, 'admin');
    if (!(await this.#ports.store.remove(keyId))) throw new AppError('unknown-key', `There is no API key ${keyId}`);
  }
}
