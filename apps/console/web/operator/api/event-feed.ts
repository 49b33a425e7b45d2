import { createParser } from 'eventsource-parser';
import { faultOf, whenSignedOut } from './ask.ts';
import type { ApiFault } from './ask.ts';

export type FeedState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'waiting'; readonly fault: ApiFault | undefined; readonly retryAt: number };

export interface EventFeedOptions {
  readonly types: readonly string[];
  /** Where to go on; undefined: from now on. */
  readonly lastEventId: string | undefined;
  readonly onData: (data: string, lastEventId: string | undefined) => void;
  readonly onState: (state: FeedState) => void;
  readonly signal: AbortSignal;
}

const MAX_BACKOFF_MS = 15_000;
/** More than the largest event by far: a stream that holds more without an end is broken, and dialled again. */
const MAX_EVENT_CHARS = 1024 * 1024;
/** Service says something at least every 15 s by default; a line that is silent for longer is a dead one. */
const SILENCE_MS = 60_000;

/** Reads the events of the clients until the signal aborts, and goes on behind the last one after every cut. */
export async function readEvents(options: EventFeedOptions): Promise<void> {
  const { onState, signal } = options;
  let { lastEventId } = options;
  let failures = 0;
  while (!signal.aborted) {
    onState({ kind: 'connecting' });
    let fault: ApiFault | undefined;
    try {
      fault = await readOnce({
        ...options,
        lastEventId,
        onState: (state) => {
          failures = 0;
          onState(state);
        },
        onData: (data, id) => {
          lastEventId = id ?? lastEventId;
          options.onData(data, lastEventId);
        },
      });
    } catch {
      // A cut line has no more to say than that it was cut.
    }
    if (signal.aborted) return;
    // The place is of another store: going on from now beats never going on.
    if (fault?.status === 400) lastEventId = undefined;
    if (fault?.kind === 'signed-out') return whenSignedOut.notify();
    const spanMs = Math.min(MAX_BACKOFF_MS, 1_000 * 2 ** Math.min(failures, 10));
    failures += 1;
    const delayMs = spanMs / 2 + (spanMs / 2) * Math.random();
    onState({ kind: 'waiting', fault, retryAt: Date.now() + delayMs });
    await pause(delayMs, signal);
  }
}

async function readOnce({
  types,
  lastEventId,
  onData,
  onState,
  signal,
}: EventFeedOptions): Promise<ApiFault | undefined> {
  const silence = new AbortController();
  const headers: Record<string, string> = { 'x-longwire-console': '1' };
  if (lastEventId !== undefined) headers['last-event-id'] = lastEventId;
  const url = `/api/operator/service/v1/events?types=${types.join(',')}`;
  const response = await fetch(url, { headers, signal: AbortSignal.any([signal, silence.signal]) });
  if (!response.ok || response.body === null) return faultOf(response, await response.text());
  onState({ kind: 'live' });
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent: ({ data, id }) => onData(data, id), maxBufferSize: MAX_EVENT_CHARS });
  const reader = response.body.getReader();
  for (;;) {
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return undefined;
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
