import { AppError, toAppError } from '@longwire/domain';

/** What the HTTP framework throws on its own: an error with its code and the status it would answer. */
interface FrameworkError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
}

/** The error of the table for anything a request can end in; what is nobody's refusal becomes `internal`. */
export function requestErrorOf(caught: unknown): AppError {
  if (caught instanceof AppError || !(caught instanceof Error)) return toAppError(caught);
  const { code, statusCode }: FrameworkError = caught;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError('payload-too-large', 'The body is larger than this path takes', { cause: caught });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError('unsupported-media-type', 'The content-type must be application/json', { cause: caught });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new AppError('invalid-request', 'The body is not well-formed JSON', { cause: caught });
    default:
  }
  const isCallersFault = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  if (!isCallersFault) return toAppError(caught);
  return new AppError('invalid-request', caught.message, { cause: caught });
}
