/** How an error is to be taken by whoever meets it, independent of the door it leaves through. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'limited'
  | 'unavailable'
  | 'timeout'
  | 'internal';

interface KindRow {
  readonly httpStatus: number;
  /** Status number of gRPC, https://grpc.io/docs/guides/status-codes/ */
  readonly grpcStatus: number;
  /** May the same call succeed later without being changed? */
  readonly isRetryable: boolean;
}

/** One row per kind: the status each door answers with. */
export const ERROR_KINDS = {
  invalid: { httpStatus: 400, grpcStatus: 3, isRetryable: false },
  unauthenticated: { httpStatus: 401, grpcStatus: 16, isRetryable: false },
  forbidden: { httpStatus: 403, grpcStatus: 7, isRetryable: false },
  'not-found': { httpStatus: 404, grpcStatus: 5, isRetryable: false },
  conflict: { httpStatus: 409, grpcStatus: 6, isRetryable: false },
  limited: { httpStatus: 429, grpcStatus: 8, isRetryable: true },
  unavailable: { httpStatus: 503, grpcStatus: 14, isRetryable: true },
  timeout: { httpStatus: 503, grpcStatus: 4, isRetryable: true },
  internal: { httpStatus: 500, grpcStatus: 13, isRetryable: false },
} as const satisfies Record<ErrorKind, KindRow>;

interface CodeRow {
  readonly kind: ErrorKind;
  readonly title: string;
  /** Set where one code departs from its kind's HTTP status. */
  readonly httpStatus?: number;
}

/** Every error that can leave Longwire through an API. The docs are held to this table by a test. */
export const ERROR_CODES = {
  'invalid-request': { kind: 'invalid', title: 'The request is not valid' },
  'payload-too-large': { kind: 'invalid', title: 'The payload is larger than 64 KiB', httpStatus: 413 },
  'unsupported-media-type': { kind: 'invalid', title: 'The body must be application/json', httpStatus: 415 },
  'missing-api-key': { kind: 'unauthenticated', title: 'No API key was given' },
  'unknown-api-key': { kind: 'unauthenticated', title: 'The API key is not known' },
  'invalid-token': { kind: 'unauthenticated', title: 'The connect token is missing, not one of ours, or too old' },
  'scope-missing': { kind: 'forbidden', title: 'The API key lacks the scope' },
  'foreign-origin': { kind: 'forbidden', title: 'The call comes from a page of another site' },
  'zone-forbidden': { kind: 'forbidden', title: 'The API key may not use this zone' },
  'unknown-path': { kind: 'not-found', title: 'There is nothing at this path' },
  'unknown-node': { kind: 'not-found', title: 'The node is not known' },
  'unknown-message': { kind: 'not-found', title: 'The message is not known' },
  'unknown-key': { kind: 'not-found', title: 'There is no API key with this id' },
  'idempotency-conflict': { kind: 'conflict', title: 'The idempotency key was used with another body' },
  'in-progress': { kind: 'conflict', title: 'A request with this idempotency key is still running' },
  'rate-limited': { kind: 'limited', title: 'Too many requests' },
  overloaded: { kind: 'limited', title: 'The system is at its limit' },
  'no-node-available': { kind: 'unavailable', title: 'No access node can take a connection' },
  'dispatch-unavailable': { kind: 'unavailable', title: 'No dispatch process took the message' },
  'store-unavailable': { kind: 'unavailable', title: 'The store does not answer' },
  'bus-unavailable': { kind: 'unavailable', title: 'The message bus does not answer' },
  'peer-unavailable': { kind: 'unavailable', title: 'A tier that this request needs does not answer' },
  'deadline-exceeded': { kind: 'timeout', title: 'The request took too long' },
  internal: { kind: 'internal', title: 'Something broke on our side' },
} as const satisfies Record<string, CodeRow>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface AppErrorOptions {
  /** The offending field, as the caller wrote it: `target.userIds[2]`. */
  readonly field?: string;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A broken promise or a refusal, with a code of {@link ERROR_CODES}. `message` is fit to be shown to the caller. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.field = options.field;
    this.retryAfterMs = options.retryAfterMs;
  }

  get kind(): ErrorKind {
    return ERROR_CODES[this.code].kind;
  }
}

/** HTTP status of a code. */
export function httpStatusOf(code: ErrorCode): number {
  const row: CodeRow = ERROR_CODES[code];
  return row.httpStatus ?? ERROR_KINDS[row.kind].httpStatus;
}

/** gRPC status number of a code. */
export function grpcStatusOf(code: ErrorCode): number {
  return ERROR_KINDS[ERROR_CODES[code].kind].grpcStatus;
}

/** Turns anything caught into an AppError; what is not one becomes `internal`, with the original as cause. */
export function toAppError(caught: unknown): AppError {
  if (caught instanceof AppError) return caught;
  return new AppError('internal', 'Something broke on our side', { cause: caught });
}
