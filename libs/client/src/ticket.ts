import type { NodeHint } from '@longwire/wire';
import { isObject, numberOf, textOf } from './codec/frames.ts';

/** What `/v1/connect` answers: who this client is, and where to go. */
export interface Ticket {
  readonly token: string;
  /** Clock of the backend, ms since 1970. */
  readonly expiresAt: number;
  readonly heartbeatMs: number;
  /** 0: none was told. */
  readonly listVersion: number;
  /** Best first. */
  readonly nodes: readonly NodeHint[];
}

/** Asks your backend for a ticket. A {@link TicketError} says whether to try again; after any other error it is. */
export type GetToken = (request: { readonly signal: AbortSignal }) => Promise<unknown>;

/** No ticket was given; `isFinal` when asking again with the same words is pointless. */
export class TicketError extends Error {
  override readonly name = 'TicketError';
  readonly isFinal: boolean;
  readonly retryAfterMs: number;

  constructor(message: string, { isFinal, retryAfterMs = 0 }: { isFinal: boolean; retryAfterMs?: number }) {
    super(message);
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
  }
}

const DEFAULT_HEARTBEAT_MS = 30_000;

/** Posts `body` as JSON to your backend, which answers with what `/v1/connect` gave it. */
export function ticketFrom(endpoint: string, body: object): GetToken {
  return async ({ signal }) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body), signal });
    if (response.ok) return response.json();
    const { status } = response;
    throw new TicketError(`no ticket: HTTP ${status}`, {
      isFinal: status < 500 && status !== 408 && status !== 429,
      retryAfterMs: (Number(response.headers.get('retry-after')) || 0) * 1_000,
    });
  };
}

/** Reads an answer; throws for one without a token. */
export function parseTicket(value: unknown): Ticket {
  const { token, expiresAt, heartbeatMs, listVersion, nodes } = isObject(value) ? value : {};
  if (typeof token !== 'string') throw new TypeError('no ticket');
  return {
    token,
    expiresAt: numberOf(expiresAt) || Infinity,
    heartbeatMs: numberOf(heartbeatMs) || DEFAULT_HEARTBEAT_MS,
    listVersion: numberOf(listVersion),
    nodes: parseNodes(nodes),
  };
}

/** Reads a list of nodes; what is none is left out. */
export function parseNodes(values: unknown): readonly NodeHint[] {
  return (Array.isArray(values) ? values : []).filter(isObject).map(({ nodeId, region, ws, tcp }) => ({
    nodeId: textOf(nodeId),
    region: textOf(region),
    ws: textOf(ws),
    tcp: textOf(tcp),
  }));
}
