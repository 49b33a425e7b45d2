import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { AppError } from '@longwire/domain';
import { appErrorOf } from '../error-status.ts';
import { BREAKER_OPEN_MS } from './server-list.ts';
import type { ServerEntry, ServerList } from './server-list.ts';

/** The part of a generated method definition that a caller needs. */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (value: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

export interface UnaryCallOptions {
  readonly servers: ServerList;
  /** Name of the tier, for error messages. */
  readonly peer: string;
  /** Over all addresses that are tried, each with a share of it. Default 2 s. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 2_000;

/**
 * Calls the first server that can answer: the next address is tried when one is unavailable or silent. Rejects with the AppError
 * the server threw, or `peer-unavailable` when none answered in time, at once while the breakers of all are open. Only for calls
 * that may be made twice.
 */
export async function callUnary<Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  { servers, peer, timeoutMs = DEFAULT_TIMEOUT_MS }: UnaryCallOptions,
): Promise<Response> {
  const deadline = Date.now() + timeoutMs;
  let last = new AppError('peer-unavailable', `${peer} does not answer`, { retryAfterMs: BREAKER_OPEN_MS });
  const inOrder = servers.inOrder();
  for (const [index, server] of inOrder.entries()) {
    if (!server.breaker.allow()) continue;
    // A fair share of the time that is left, so that a server which is silent leaves some for the next.
    const share = (deadline - Date.now()) / (inOrder.length - index);
    try {
      const response = await attempt(server, { method, request, deadline: Date.now() + share });
      server.breaker.succeed();
      return response;
    } catch (failure) {
      last = appErrorOf(failure as ServiceError, peer);
      // A refusal is an answer too.
      if (last.code === 'peer-unavailable') server.breaker.fail();
      else server.breaker.succeed();
      if (last.kind !== 'unavailable') throw last;
      servers.markDown(server);
    }
  }
  throw last;
}

interface Attempt<Request, Response> {
  readonly method: UnaryMethod<Request, Response>;
  readonly request: Request;
  readonly deadline: number;
}

function attempt<Request, Response>(
  server: ServerEntry,
  { method, request, deadline }: Attempt<Request, Response>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { path, requestSerialize, responseDeserialize } = method;
    const done = (failure: ServiceError | null, response?: Response): void => {
      if (failure === null && response !== undefined) resolve(response);
      else reject(failure ?? new AppError('internal', 'An answer without content'));
    };
    const options = { deadline };
    server.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, new Metadata(), options, done);
  });
}
