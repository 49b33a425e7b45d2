import type { Clock } from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import { createParser } from 'eventsource-parser';
import type { EventSourceMessage, ParseError } from 'eventsource-parser';
import { LongwireError } from './longwire-api.ts';
import type { LongwireApi } from './longwire-api.ts';

export interface EventFeedOptions {
  readonly api: Pick<LongwireApi, 'openEvents'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly types: readonly string[];
  /** Takes one event; the next is read when it resolves, and only then does the place in the stream move on. */
  readonly onEvent: (event: EventSourceMessage) => Promise<void>;
  readonly onOpen: () => void;
  /** In [0, 1); default Math.random. */
  readonly random?: () => number;
}

export interface EventFeed {
  /** Reads until the signal aborts, reconnecting for ever. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** True while the stream is open. */
  readonly isOpen: () => boolean;
}

const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 10_000;
/** More than the largest event of service by far: it bounds what a broken stream can make us hold. */
const MAX_EVENT_CHARS = 1024 * 1024;
/** Service sends a comment at least every 5 minutes, by default every 15 s; silence beyond this is a dead line. */
const SILENCE_MS = 60_000;

/**
 * Reads the event stream of service and goes on where it was (`Last-Event-ID`) after every cut, with full-jitter
 * backoff. An event may come twice, so its consumer dedupes by `eventId`; while the process lives none is skipped,
 * unless service says so with a `gap` event.
 */
export function createEventFeed(options: EventFeedOptions): EventFeed {
  const { api, clock, logger, types, onEvent, onOpen, random = Math.random } = options;
  let lastEventId: string | undefined;
  let isOpen = false;
  let failures = 0;

  async function readOnce(signal: AbortSignal): Promise<void> {
    const silence = new AbortController();
    let timer = clock.after(SILENCE_MS, () => silence.abort());
    try {
      const chunks = await api.openEvents({ types, lastEventId, signal: AbortSignal.any([signal, silence.signal]) });
      const decoder = new TextDecoder();
      const read: EventSourceMessage[] = [];
      const parser = createParser({
        onEvent: (event) => read.push(event),
        onError: refuseTooLarge,
        maxBufferSize: MAX_EVENT_CHARS,
      });
      isOpen = true;
      onOpen();
      for await (const chunk of chunks) {
        timer.cancel();
        failures = 0;
        parser.feed(decoder.decode(chunk, { stream: true }));
        for (const event of read.splice(0)) {
          await onEvent(event);
          lastEventId = event.id ?? lastEventId;
        }
        timer = clock.after(SILENCE_MS, () => silence.abort());
      }
    } finally {
      isOpen = false;
      timer.cancel();
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await readOnce(signal);
      } catch (err) {
        if (signal.aborted) return;
        // The place is of another store: going on from now beats never going on.
        if (err instanceof LongwireError && err.status === 400) lastEventId = undefined;
        logger.warn({ err, failures }, 'event-stream-lost');
      }
      if (signal.aborted) return;
      const spanMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures, 10));
      failures += 1;
      await pause(clock, spanMs * random(), signal);
    }
  }

  return { run, isOpen: () => isOpen };
}

/** Other faults of a line cost that line alone. */
function refuseTooLarge(fault: ParseError): void {
  if (fault.type === 'max-buffer-size-exceeded') throw fault;
}

/** Resolves after `delayMs`, or as soon as the signal aborts. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.after(delayMs, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
