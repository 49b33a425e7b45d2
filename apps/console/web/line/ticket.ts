/** Who wants in where. */
export interface Viewer {
  readonly userId: string;
  readonly deviceId: string;
  readonly userName: string;
  readonly roomId: string;
}

/** What the business backend hands out for one connection. */
export interface Ticket {
  readonly token: string;
  readonly heartbeatMs: number;
  readonly nodes: readonly { readonly nodeId: string; readonly ws: string }[];
  /** Clock of the backend, ms since 1970. */
  readonly now: number;
}

/** A ticket that was refused or not answered; `isFinal` when asking again with the same words is pointless. */
export class TicketError extends Error {
  readonly isFinal: boolean;
  readonly retryAfterMs: number;

  constructor(message: string, options: { isFinal: boolean; retryAfterMs: number; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'TicketError';
    this.isFinal = options.isFinal;
    this.retryAfterMs = options.retryAfterMs;
  }
}

const TIMEOUT_MS = 8_000;

/** Asks the backend of this page for a token and nodes. Rejects with a {@link TicketError}. */
export async function fetchTicket(viewer: Viewer, signal: AbortSignal): Promise<Ticket> {
  const response = await fetch('/api/connect', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(viewer),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  }).catch((cause: unknown) => {
    throw new TicketError('The backend does not answer.', { isFinal: false, retryAfterMs: 0, cause });
  });
  if (response.ok) return (await response.json()) as Ticket;
  const problem = (await response.json().catch(() => ({}))) as { readonly detail?: string };
  throw new TicketError(problem.detail ?? `The backend refused with ${response.status}.`, {
    isFinal: response.status >= 400 && response.status < 500 && response.status !== 429,
    retryAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1_000,
  });
}
