import type { Clock } from '@longwire/domain';
import { toBusiness } from '../events/to-business.ts';
import type { EventSink } from './event-sink.ts';
import { SIGNATURE_HEADER, signBody } from './webhook-signature.ts';

/** Keeps a post below 600 KB, uplinks being at most 4 KiB each. */
const MAX_EVENTS = 100;

export interface WebhookSinkOptions {
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Posts `{"gap":bool,"events":[...]}`, signed. Taken is what is answered with 2xx within the timeout; anything else, a
 * redirect too, is not, and is posted again with a new signature.
 */
export function createWebhookSink({ url, secret, timeoutMs, clock }: WebhookSinkOptions): EventSink {
  return {
    name: 'webhook',
    maxEvents: MAX_EVENTS,
    async deliver({ events, isGap }, signal) {
      const body = JSON.stringify({ gap: isGap, events: events.map(toBusiness) });
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signBody(secret, body, clock.now()) },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      // The answer's body is of no interest, however long it is: the connection is given up rather than read to its end.
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
    },
  };
}
