import type { Credential } from '@longwire/domain';

/** The credential of a request, or AppError `missing-api-key` or `unknown-api-key`. */
export type Authenticate = (request: {
  readonly headers: { readonly authorization?: string | undefined };
}) => Promise<Credential>;
