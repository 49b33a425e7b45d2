/** One row of the event feed: an event of a client, or a place where some are missing. */
export interface FeedRow {
  readonly eventId: string;
  readonly type: string;
  readonly at: number;
  readonly userId: string;
  readonly deviceId: string;
  readonly rooms: readonly string[];
  /** What a client sent up, as JSON text; else empty. */
  readonly data: string;
}

export const EVENT_TYPES = ['room.enter', 'room.leave', 'uplink'] as const;

const MAX_ROWS = 500;
/** Longer data is cut: the feed is for looking at, not for reading it all. */
const MAX_DATA_CHARS = 400;

/** Reads one event of the stream; undefined for what is none. */
export function rowOf(data: string, nowMs: number): FeedRow | undefined {
  let event: Readonly<Record<string, unknown>>;
  try {
    event = JSON.parse(data) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
  const said = (field: string): string => (typeof event[field] === 'string' ? event[field] : '');
  if (said('type') === 'gap') return { ...EMPTY, eventId: `gap-${nowMs}`, type: 'gap', at: nowMs };
  if (said('eventId') === '') return undefined;
  const rooms = Array.isArray(event['rooms']) ? event['rooms'].map(String) : [said('roomId')].filter((id) => id !== '');
  const sent = event['data'] === undefined ? '' : JSON.stringify(event['data']);
  return {
    eventId: said('eventId'),
    type: said('type'),
    at: typeof event['at'] === 'number' ? event['at'] : nowMs,
    userId: said('userId'),
    deviceId: said('deviceId'),
    rooms,
    data: sent.length > MAX_DATA_CHARS ? `${sent.slice(0, MAX_DATA_CHARS)}…` : sent,
  };
}

const EMPTY = { userId: '', deviceId: '', rooms: [], data: '' };

/** The last {@link MAX_ROWS} rows, newest first; events come at least once, so what is there already is left out. */
export function withRows(rows: readonly FeedRow[], added: readonly FeedRow[]): readonly FeedRow[] {
  const known = new Set(rows.map(({ eventId }) => eventId));
  const fresh: FeedRow[] = [];
  for (const row of added) {
    if (known.has(row.eventId)) continue;
    known.add(row.eventId);
    fresh.push(row);
  }
  return [...fresh.toReversed(), ...rows].slice(0, MAX_ROWS);
}
