export type Tier = 'control' | 'service';
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Why a call did not do what was asked. */
export interface ApiFault {
  /** `signed-out`: sign in again; `away`: nobody answered, try later; `refused`: the answer is no. */
  readonly kind: 'signed-out' | 'away' | 'refused';
  /** 0 when there was no answer. */
  readonly status: number;
  readonly code: string;
  /** For people, in the words of the tier; empty when it had none. */
  readonly detail: string;
  readonly retryAfterSeconds: number | undefined;
}

export type ApiAnswer<T> =
  { readonly ok: true; readonly status: number; readonly body: T } | { readonly ok: false; readonly fault: ApiFault };

export interface AskOptions {
  /** JSON text, sent as it is. */
  readonly body?: string;
  readonly signal?: AbortSignal;
}

const HEADERS = { 'x-longwire-console': '1' };

/** Called for every answer that says that nobody is signed in. */
export const whenSignedOut: { notify: () => void } = { notify: () => undefined };

/** Calls a tier through the console's server, which adds the key. Never rejects, but for an abort of the signal. */
export async function ask<T>(
  tier: Tier,
  method: Method,
  path: string,
  options: AskOptions = {},
): Promise<ApiAnswer<T>> {
  const answer = await askConsole<T>(method, `/api/operator/${tier}${path}`, options);
  if (!answer.ok && answer.fault.kind === 'signed-out') whenSignedOut.notify();
  return answer;
}

/** Calls the console's own server. */
export async function askConsole<T>(method: Method, url: string, options: AskOptions = {}): Promise<ApiAnswer<T>> {
  const { body, signal } = options;
  const headers: Record<string, string> = { ...HEADERS };
  if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    const response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    if (!response.ok) return { ok: false, fault: faultOf(response, text) };
    return { ok: true, status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  } catch (fault) {
    if (signal?.aborted === true) throw fault;
    return { ok: false, fault: NO_ANSWER };
  }
}

export const NO_ANSWER: ApiFault = { kind: 'away', status: 0, code: '', detail: '', retryAfterSeconds: undefined };

/** What an error answer says; also of one that is no problem+json. */
export function faultOf(response: Pick<Response, 'status' | 'headers'>, text: string): ApiFault {
  const { status } = response;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    kind: status === 401 ? 'signed-out' : status === 503 ? 'away' : 'refused',
    status,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    ...problemIn(text),
  };
}

function problemIn(text: string): { code: string; detail: string } {
  try {
    const problem = JSON.parse(text) as { readonly code?: unknown; readonly detail?: unknown } | null;
    const said = (value: unknown): string => (typeof value === 'string' ? value : '');
    return { code: said(problem?.code), detail: said(problem?.detail) };
  } catch {
    return { code: '', detail: '' };
  }
}
