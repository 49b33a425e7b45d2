import type { Credential } from '@longwire/domain';
import type { CallContext } from '@longwire/rpc';
import { invalidRequest } from '@longwire/runtime';
import type { z } from 'zod';

/** Where the services are described, for reflection. */
export const PROTO_FILE = 'longwire/service/v1/service.proto';

/** Finds the credential in a call's metadata; rejects as HTTP does. */
export type AuthenticateCall = (context: CallContext) => Promise<Credential>;

/** Checks what came over gRPC by the schema of the HTTP API; throws AppError `invalid-request` naming the field. */
export function parseWith<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  throw invalidRequest(outcome.error, 'request');
}
