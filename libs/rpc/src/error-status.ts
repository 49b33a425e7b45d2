import { Metadata, type ServiceError, status, type StatusObject } from '@grpc/grpc-js';
import { AppError, ERROR_CODES, type ErrorCode, grpcStatusOf, toAppError } from '@longwire/domain';

/** Metadata that carries what a status number cannot: the code, the offending field and when to come back. */
export const ERROR_CODE_KEY = 'longwire-error-code';
export const ERROR_FIELD_KEY = 'longwire-error-field';
export const RETRY_AFTER_KEY = 'longwire-retry-after-ms';

/** The status a call ends with; what is not an AppError becomes `internal` and shows nothing of itself. */
export function statusOf(caught: unknown): StatusObject {
  const error = toAppError(caught);
  const metadata = new Metadata();
  metadata.set(ERROR_CODE_KEY, error.code);
  if (error.field !== undefined) metadata.set(ERROR_FIELD_KEY, printable(error.field));
  if (error.retryAfterMs !== undefined) metadata.set(RETRY_AFTER_KEY, String(Math.ceil(error.retryAfterMs)));
  return { code: grpcStatusOf(error.code), details: error.message, metadata };
}

/**
 * The AppError a failed call stands for: the one the other side threw, else `peer-unavailable` for all that says the
 * other side was not reached or did not answer, else `internal`.
 */
export function appErrorOf(failure: ServiceError, peer: string): AppError {
  const code = textOf(failure.metadata, ERROR_CODE_KEY);
  if (code !== undefined && isErrorCode(code)) {
    const field = textOf(failure.metadata, ERROR_FIELD_KEY);
    const retryAfterMs = Number(textOf(failure.metadata, RETRY_AFTER_KEY) ?? Number.NaN);
    return new AppError(code, failure.details, {
      cause: failure,
      ...(field === undefined ? {} : { field }),
      ...(Number.isFinite(retryAfterMs) ? { retryAfterMs } : {}),
    });
  }
  if (UNREACHED.has(failure.code))
    return new AppError('peer-unavailable', `${peer} does not answer`, { cause: failure });
  return new AppError('internal', `A call to ${peer} failed`, { cause: failure });
}

const UNREACHED: ReadonlySet<number> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
  status.ABORTED,
]);

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

function textOf(metadata: Metadata | undefined, key: string): string | undefined {
  const [value] = metadata?.get(key) ?? [];
  return typeof value === 'string' ? value : undefined;
}

/** Metadata values are printable ASCII; the field is as the caller wrote it. */
function printable(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?');
}
