import { z } from 'zod';

/** Who a connection is for. A guest has no `userId`. */
export interface ConnectRequest {
  readonly userId?: string;
  readonly deviceId: string;
  readonly roomId?: string;
  readonly platform?: string;
}

const connectAnswer = z.object({
  token: z.string(),
  expiresAt: z.number(),
  heartbeatMs: z.number(),
  listVersion: z.number(),
  nodes: z.array(z.object({ nodeId: z.string(), ws: z.string() })),
});
export type ConnectAnswer = z.infer<typeof connectAnswer>;

export interface PushRequest {
  readonly target:
    | { readonly kind: 'user'; readonly userIds: readonly string[] }
    | { readonly kind: 'room'; readonly roomId: string }
    | { readonly kind: 'zone'; readonly zoneId: string }
    | { readonly kind: 'all' };
  readonly payload: { readonly cmd: string; readonly [field: string]: unknown };
  readonly lane?: 'bulk' | 'express';
  readonly ack?: boolean;
  readonly ttlMs?: number;
  readonly idempotencyKey?: string;
}

const pushAnswer = z.object({ messageId: z.string(), acceptedAt: z.number() });
export type PushAnswer = z.infer<typeof pushAnswer>;

const messageStatus = z.object({
  messageId: z.string(),
  status: z.enum(['pending', 'delivered', 'expired']),
  targets: z.number(),
  acked: z.number(),
  attempts: z.number(),
});
/** How far a push that wants acks has come. */
export type MessageStatus = z.infer<typeof messageStatus>;

export interface OpenEventsOptions {
  readonly types: readonly string[];
  /** `id:` of the last event read; absent: from now on. */
  readonly lastEventId: string | undefined;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/** The part of Longwire's HTTP APIs that this backend needs. Every method rejects with a {@link LongwireError}. */
export interface LongwireApi {
  connect(request: ConnectRequest): Promise<ConnectAnswer>;
  push(request: PushRequest): Promise<PushAnswer>;
  messageStatus(messageId: string): Promise<MessageStatus>;
  /** `authorization` is that of the client: what it reports goes by its own connect token. */
  reportLinkQuality(body: object, authorization: string): Promise<void>;
  putRoom(roomId: string, zoneId: string): Promise<void>;
  openEvents(options: OpenEventsOptions): Promise<AsyncIterable<Uint8Array>>;
}

/** A call that was refused or not answered. `status` is 0 when there was no answer. */
export class LongwireError extends Error {
  readonly status: number;
  readonly retryAfterMs: number;

  constructor(message: string, options: { status: number; retryAfterMs?: number; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'LongwireError';
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }

  /** True when the same call may succeed later; with an idempotency key it is safe to try. */
  get isRetryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 503;
  }
}

export interface LongwireApiOptions {
  readonly controlUrl: string;
  readonly serviceUrl: string;
  readonly apiKey: string;
}

const TIMEOUT_MS = 5_000;

/** A client of control and service over plain `fetch`. The API key stays in here. */
export function createLongwireApi({ controlUrl, serviceUrl, apiKey }: LongwireApiOptions): LongwireApi {
  const authorization = `Bearer ${apiKey}`;

  async function call(method: 'POST' | 'PUT', url: string, body: object): Promise<unknown> {
    const response = await ask(url, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.json();
  }

  return {
    connect: async (request) => connectAnswer.parse(await call('POST', `${controlUrl}/v1/connect`, request)),
    push: async (request) => pushAnswer.parse(await call('POST', `${serviceUrl}/v1/push`, request)),
    async messageStatus(messageId) {
      const url = `${serviceUrl}/v1/messages/${encodeURIComponent(messageId)}`;
      const response = await ask(url, { headers: { authorization }, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return messageStatus.parse(await response.json());
    },
    async reportLinkQuality(body, ofClient) {
      await ask(`${controlUrl}/v1/link-quality`, {
        method: 'POST',
        headers: { authorization: ofClient, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    },
    async putRoom(roomId, zoneId) {
      await call('PUT', `${serviceUrl}/v1/rooms/${encodeURIComponent(roomId)}`, { zoneId });
    },
    async openEvents({ types, lastEventId, signal }) {
      const headers: Record<string, string> = { authorization, accept: 'text/event-stream' };
      if (lastEventId !== undefined) headers['last-event-id'] = lastEventId;
      const response = await ask(`${serviceUrl}/v1/events?types=${types.join(',')}`, { headers, signal });
      if (response.body === null) throw new LongwireError('the event stream has no body', { status: response.status });
      return response.body;
    },
  };
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  const { pathname } = new URL(url);
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new LongwireError(`${pathname} was not answered`, { status: 0, cause });
  });
  if (response.ok) return response;
  // Errors are problem+json; anything else in the way (a proxy, say) still leaves the status.
  const problem = (await response.json().catch(() => ({}))) as { readonly detail?: unknown };
  const detail = typeof problem.detail === 'string' ? problem.detail : 'no detail';
  throw new LongwireError(`${pathname} was refused with ${response.status}: ${detail}`, {
    status: response.status,
    retryAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1_000,
  });
}
