import { AppError } from '@longwire/domain';
import type { UpstreamTier } from './allowed-calls.ts';

/** An answer of a tier, to be handed on as it is. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly text: string;
}

export interface UpstreamCall {
  readonly tier: UpstreamTier;
  readonly method: string;
  /** Path and query, already encoded. */
  readonly target: string;
  readonly apiKey: string;
  /** JSON text, handed on byte for byte so that long numbers stay what they are. */
  readonly body?: string | undefined;
}

/** Control and service as an operator calls them, with the operator's own key. Rejects with `peer-unavailable`. */
export interface Upstream {
  call(call: UpstreamCall): Promise<UpstreamAnswer>;
  /** Opens the event stream of service. Resolves with the refusal when it is refused. */
  openEvents(options: OpenOptions): Promise<ReadableStream<Uint8Array> | UpstreamAnswer>;
}

export interface OpenOptions {
  readonly apiKey: string;
  readonly types: string;
  readonly lastEventId: string | undefined;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;
/** 300 nodes or 500 processes are a tenth of it. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export function createUpstream(urls: { readonly controlUrl: string; readonly serviceUrl: string }): Upstream {
  const baseOf: Readonly<Record<UpstreamTier, string>> = { control: urls.controlUrl, service: urls.serviceUrl };

  return {
    async call({ tier, method, target, apiKey, body }) {
      const headers: Record<string, string> = { authorization: `Bearer ${apiKey}` };
      if (body !== undefined) headers['content-type'] = 'application/json';
      const init: RequestInit = { method, headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) };
      return answerOf(tier, () => fetch(baseOf[tier] + target, body === undefined ? init : { ...init, body }));
    },
    async openEvents({ apiKey, types, lastEventId, signal }) {
      const headers: Record<string, string> = { authorization: `Bearer ${apiKey}`, accept: 'text/event-stream' };
      if (lastEventId !== undefined) headers['last-event-id'] = lastEventId;
      const url = `${baseOf.service}/v1/events?types=${encodeURIComponent(types)}`;
      const response = await fetch(url, { headers, redirect: 'error', signal }).catch((cause: unknown) => {
        throw away('service', cause);
      });
      if (response.ok && response.body !== null) return response.body;
      return answerOf('service', () => Promise.resolve(response));
    },
  };
}

async function answerOf(tier: UpstreamTier, ask: () => Promise<Response>): Promise<UpstreamAnswer> {
  let response: Response;
  let text: string;
  try {
    response = await ask();
    text = await readBounded(response);
  } catch (cause) {
    throw away(tier, cause);
  }
  const contentType = response.headers.get('content-type') ?? '';
  const isJson = /^application\/(problem\+)?json\b/.test(contentType);
  // A proxy in between that answers with a page of its own: nothing to show to an operator as an answer of Longwire.
  if (text !== '' && !isJson) throw away(tier, new Error(`content-type ${contentType}`));
  return { status: response.status, contentType, retryAfter: response.headers.get('retry-after'), text };
}

function away(tier: UpstreamTier, cause: unknown): AppError {
  return new AppError('peer-unavailable', `${tier} does not answer at the moment`, { cause });
}

async function readBounded(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new RangeError(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
