import { TicketError } from '@longwire/client';
import type { GetToken } from '@longwire/client';

/** Who wants in where. */
export interface Viewer {
  readonly userId: string;
  readonly deviceId: string;
  readonly userName: string;
  readonly roomId: string;
}

/** Asks the backend of this page for tickets; `onClock` learns how far the backend's clock is ahead of ours. */
export function pageTickets(viewer: Viewer, onClock: (aheadMs: number) => void): GetToken {
  return async ({ signal }) => {
    const response = await fetch('/api/connect', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(viewer),
      signal,
    });
    const answer = (await response.json().catch(() => ({}))) as { readonly now?: number; readonly detail?: string };
    if (!response.ok) throw ticketErrorOf(response, answer.detail);
    if (answer.now !== undefined) onClock(answer.now - Date.now());
    return answer;
  };
}

function ticketErrorOf({ status, headers }: Response, detail = `HTTP ${status}`): TicketError {
  return new TicketError(detail, {
    isFinal: status < 500 && status !== 408 && status !== 429,
    retryAfterMs: (Number(headers.get('retry-after')) || 0) * 1_000,
  });
}
