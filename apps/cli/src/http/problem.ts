import { CliError } from '../cli-error.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';

interface Problem {
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly code?: unknown;
}

/** What to do about an error of the API, where more can be said than its own words. */
const HINTS: Readonly<Record<string, (endpoint: Endpoint, response: Response) => string>> = {
  'unknown-api-key': ({ keyFrom }) => `The key came from ${keyFrom}.`,
  'missing-api-key': () => 'Set LONGWIRE_API_KEY or say --api-key-file.',
  'scope-missing': () => '"longwire keys list" shows what a key may do; a key with the scope admin makes others.',
  'unknown-node': () => '"longwire nodes" lists them.',
  'unknown-message': () => 'Kept are messages with an ack, and traces of messages pushed with --trace, for a time.',
  'unknown-path': ({ tier, url }) => `The ${tier} at ${url} is no Longwire ${tier}, or an older one.`,
};

/** The error of an answer that is none of 2xx: problem+json as it is meant to be read. */
export async function errorOf(what: string, response: Response, endpoint: Endpoint): Promise<CliError> {
  const problem = await readProblem(response);
  const code = textOf(problem.code);
  const reason = textOf(problem.detail) ?? textOf(problem.title) ?? response.statusText;
  const label = [String(response.status), code].filter((part) => part !== undefined).join(' ');
  return new CliError(`${what}: ${reason} (${label})`, {
    code,
    status: response.status,
    hint: HINTS[code ?? '']?.(endpoint, response) ?? retryHint(response),
  });
}

async function readProblem(response: Response): Promise<Problem> {
  try {
    const value: unknown = JSON.parse(await response.text());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // No JSON: a proxy's page, say. The status is all there is to tell.
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function retryHint({ headers }: Response): string | undefined {
  const seconds = Number(headers.get('retry-after'));
  return seconds > 0 ? `Try again in ${seconds} s.` : undefined;
}

/** The error of a good answer that makes no sense: somebody else's, most likely. */
export function notJson(what: string, cause: unknown, { tier, url, urlFrom }: Endpoint): CliError {
  const hint = `The address came from ${urlFrom}; is that a Longwire?`;
  return new CliError(`${what}: ${tier} at ${url} answered with what is no JSON`, { hint, cause });
}

/** The error of a tier that was not reached. */
export function unreachable(what: string, cause: unknown, { tier, url, urlFrom }: Endpoint): CliError {
  const hint =
    urlFrom === 'the default'
      ? 'Start one with "npm start", or say where it is: --control, --service.'
      : `The address came from ${urlFrom}; is that Longwire still running?`;
  return new CliError(`${what}: ${tier} at ${url} does not answer (${reasonOf(cause)})`, { hint, cause });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return 'timed out';
  // `fetch` says "fetch failed", and why is in its cause.
  const inner = cause.cause;
  if (inner instanceof Error && 'code' in inner) return String(inner.code);
  return inner instanceof Error ? inner.message : cause.message;
}
