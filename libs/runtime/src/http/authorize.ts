import type { Credential, Scope } from '@longwire/domain';
import { AppError } from '@longwire/domain';

/** Finds the credential of an API key; rejects with missing-api-key or unknown-api-key. */
export interface ApiKeyChecker {
  check(apiKey: string | undefined): Promise<Credential>;
}

interface RequestHeaders {
  readonly headers: { readonly authorization?: string | undefined };
}

/**
 * The credential behind `Authorization: Bearer <apiKey>`, holding `scope` where one is asked for. Rejects with
 * missing-api-key, unknown-api-key or scope-missing, and with what the checker rejects with when its store is gone.
 */
export async function authorize(request: RequestHeaders, checker: ApiKeyChecker, scope?: Scope): Promise<Credential> {
  const credential = await checker.check(bearerOf(request.headers.authorization));
  if (scope !== undefined && !credential.scopes.includes(scope)) {
    throw new AppError('scope-missing', `The API key lacks the scope ${scope}`);
  }
  return credential;
}

/** The token of a Bearer header; undefined when there is none. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}
