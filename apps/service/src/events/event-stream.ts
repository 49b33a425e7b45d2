import type { ClientEventType, EventLog } from '@longwire/domain';
import { toBusiness } from './to-business.ts';

export interface EventStreamOptions {
  readonly log: EventLog;
  readonly types: ReadonlySet<ClientEventType>;
  /** Where the reader was, as the last `id:` it got; absent: only what comes from now on. */
  readonly lastPosition: string | undefined;
  readonly keepAliveMs: number;
  readonly signal: AbortSignal;
}

const PAGE_EVENTS = 500;

/**
 * The text of a server-sent event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html): one
 * `data:` line of JSON an event, its position as `id:`, a comment when nothing came for `keepAliveMs`, and an event
 * named `gap` when events between the last position and the next are no longer kept. Yields at once a comment that says
 * the stream is in effect: what happens after it is never missed.
 */
export async function* eventStream(options: EventStreamOptions): AsyncGenerator<string> {
  const { log, types, signal, keepAliveMs } = options;
  const start = options.lastPosition ?? (await log.readAfter('$', { limit: 1, waitMs: 0, signal })).next;
  let position = start;
  yield ': ready\n\n';
  while (!signal.aborted) {
    const page = await log.readAfter(position, { limit: PAGE_EVENTS, waitMs: keepAliveMs, signal });
    position = page.next;
    let text = page.isGap ? 'event: gap\ndata: {"type":"gap"}\n\n' : '';
    for (const { event, position: id } of page.events) {
      if (types.has(event.type)) text += `id: ${id}\ndata: ${JSON.stringify(toBusiness(event))}\n\n`;
    }
    yield text === '' ? ': keep-alive\n\n' : text;
  }
}
