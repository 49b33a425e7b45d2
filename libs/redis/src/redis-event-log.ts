import type { ClientEvent, EventLog, EventPage } from '@longwire/domain';
import { eventCountKey, eventLogKey } from './keys.ts';
import { formatPosition, parsePosition, START } from './event-position.ts';
import type { EventPosition } from './event-position.ts';
import { EventTail } from './event-tail.ts';
import { luaScript } from './lua-script.ts';
import type { RedisConnection } from './redis-connection.ts';

const appendEvents = luaScript('append-events');

const KEEP_MS = 24 * 3600_000;
const DEFAULT_MAX_EVENTS = 100_000;
/** Events per script call, so that a large batch does not hold the server up. */
const APPEND_CHUNK = 500;

export interface RedisEventLogOptions {
  /** Newest events that are kept at least; default 100,000. */
  readonly maxEvents?: number;
}

interface Entry {
  readonly position: EventPosition;
  readonly event: ClientEvent;
}

/**
 * An EventLog in a Redis stream. A position is `<number>-<stream id>`; numbers have no holes, so a gap is seen surely. All
 * readers that wait share one blocking read, on a connection that the first of them opens and that ends with the given one.
 */
export function createRedisEventLog(connection: RedisConnection, options: RedisEventLogOptions = {}): EventLog {
  const { commands } = connection;
  const { maxEvents = DEFAULT_MAX_EVENTS } = options;
  const tail = new EventTail(connection.openBlocking());

  const lastPosition = async (): Promise<EventPosition> => {
    const last = decodeEntries(await commands.call('XREVRANGE', eventLogKey, '+', '-', 'COUNT', 1)).at(0);
    return last?.position ?? START;
  };

  /** A position ahead of the log's end is of a log that was lost. */
  const isOfThisLog = async (position: EventPosition): Promise<boolean> =>
    position === START || position.number <= (await lastPosition()).number;

  const readEntries = async (after: EventPosition, limit: number): Promise<readonly Entry[]> =>
    decodeEntries(await commands.call('XRANGE', eventLogKey, `(${after.streamId}`, '+', 'COUNT', limit));

  return {
    async append(events) {
      for (let from = 0; from < events.length; from += APPEND_CHUNK) {
        const chunk = events.slice(from, from + APPEND_CHUNK).map((event) => JSON.stringify(event));
        await commands.script(appendEvents, [eventLogKey, eventCountKey], [maxEvents, KEEP_MS, ...chunk]);
      }
    },
    async readAfter(position, { limit, waitMs, signal }) {
      const deadline = performance.now() + waitMs;
      const isFromStart = position === '0';
      const asked = position === '$' ? await lastPosition() : isFromStart ? START : parsePosition(position);
      if (asked === undefined || !(await isOfThisLog(asked))) {
        return pageOf(await readEntries(START, limit), START, true);
      }
      for (;;) {
        const entries = await readEntries(asked, limit);
        const isOver = performance.now() >= deadline || signal?.aborted === true;
        const first = entries[0];
        if (first !== undefined || isOver) {
          const isGap = !isFromStart && first !== undefined && first.position.number !== asked.number + 1;
          return pageOf(entries, asked, isGap);
        }
        await tail.waitForMore(asked.streamId, { waitMs: deadline - performance.now(), signal });
      }
    },
  };
}

function pageOf(entries: readonly Entry[], asked: EventPosition, isGap: boolean): EventPage {
  return {
    events: entries.map(({ position, event }) => ({ position: formatPosition(position), event })),
    next: formatPosition(entries.at(-1)?.position ?? asked),
    isGap,
  };
}

/** Reads a reply of XRANGE: `[id, ['n', number, 'e', event]]` each. */
function decodeEntries(reply: unknown): readonly Entry[] {
  return (reply as [string, string[]][]).map(([streamId, [, number, , event = '']]) => ({
    position: { number: Number(number), streamId },
    event: JSON.parse(event) as ClientEvent,
  }));
}
