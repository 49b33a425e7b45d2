import type { AppError } from '@longwire/domain';
import { ERROR_CODES, httpStatusOf } from '@longwire/domain';

/**
 * Body of every error answer (RFC 9457): `code` is one of the error table, `field` the offending one where there is
 * one.
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly field?: string;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** The answer for an error; what is internal keeps its text to itself. */
export function problemOf(error: AppError): Problem {
  const { title } = ERROR_CODES[error.code];
  const problem = {
    type: `urn:longwire:error:${error.code}`,
    title,
    status: httpStatusOf(error.code),
    detail: error.kind === 'internal' ? title : error.message,
    code: error.code,
  };
  return error.field === undefined ? problem : { ...problem, field: error.field };
}

/** Value of `Retry-After` in whole seconds, at least 1, for the statuses that carry it; else undefined. */
export function retryAfterSecondsOf(error: AppError): number | undefined {
  const status = httpStatusOf(error.code);
  if (status !== 429 && status !== 503) return undefined;
  return Math.max(1, Math.ceil((error.retryAfterMs ?? 0) / 1_000));
}
