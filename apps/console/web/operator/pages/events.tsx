import { useState } from 'preact/hooks';
import { EVENT_TYPES } from '../state/event-log.ts';
import type { FeedRow } from '../state/event-log.ts';
import { hashOf } from '../state/route.ts';
import { matches } from '../state/table-view.ts';
import { useEventFeed } from '../state/use-event-feed.ts';
import type { EventFeed } from '../state/use-event-feed.ts';
import { format, text } from '../text/text.ts';
import { Badge } from '../ui/badge.tsx';
import type { Tone } from '../ui/badge.tsx';
import { Empty } from '../ui/card.tsx';
import { reasonOf } from '../ui/fault-note.tsx';
import { RoomChips } from '../ui/room-chips.tsx';
import { SearchField } from '../ui/search-field.tsx';

/** More than fit on a screen; the filter finds the others. */
const MAX_SHOWN = 200;
const TONES: Readonly<Record<string, Tone>> = {
  'room.enter': 'good',
  'room.leave': 'quiet',
  uplink: 'info',
  gap: 'warn',
};

/** Enter, leave and uplink as they happen. */
export function EventsPage() {
  const t = text.value.events;
  const [types, setTypes] = useState<readonly string[]>(EVENT_TYPES);
  const [query, setQuery] = useState('');
  const feed = useEventFeed(EVENT_TYPES);
  const rows = feed.rows.filter(
    ({ type, userId, deviceId, rooms, data }) =>
      type === 'gap' || (types.includes(type) && matches([userId, deviceId, ...rooms, data], query)),
  );
  return (
    <section class="card" aria-label={t.feed}>
      <div class="toolbar">
        <FeedBadge feed={feed} />
        <fieldset class="checks is-inline">
          <legend class="unseen">{t.types}</legend>
          {EVENT_TYPES.map((type) => (
            <label key={type} class="check">
              <input
                type="checkbox"
                checked={types.includes(type)}
                onChange={() =>
                  setTypes(types.includes(type) ? types.filter((other) => other !== type) : [...types, type])
                }
              />
              {t.names[type]}
            </label>
          ))}
        </fieldset>
        <SearchField label={t.search} value={query} onInput={setQuery} />
        <span class="toolbar-end">
          <span class="quiet">{t.kept(format.value.whole(rows.length))}</span>
          <button
            type="button"
            class="button is-small"
            data-testid="pause"
            onClick={feed.isPaused ? feed.resume : feed.pause}
          >
            {feed.isPaused ? t.resume : t.pause}
          </button>
          <button type="button" class="button is-small" onClick={feed.clear}>
            {t.clear}
          </button>
        </span>
      </div>
      {rows.length === 0 ? (
        <Empty>{feed.rows.length === 0 ? t.empty : t.noMatch}</Empty>
      ) : (
        <FeedTable rows={rows.slice(0, MAX_SHOWN)} />
      )}
    </section>
  );
}

function FeedBadge({ feed }: { readonly feed: EventFeed }) {
  const t = text.value.events;
  const { state, isPaused, held } = feed;
  const isWaiting = state.kind === 'waiting';
  const tone = isWaiting ? 'bad' : isPaused ? 'warn' : state.kind === 'live' ? 'good' : 'quiet';
  const words = isWaiting
    ? state.fault === undefined
      ? t.waiting
      : t.waitingFor(reasonOf(state.fault, 'service'))
    : isPaused
      ? t.paused
      : t[state.kind];
  return (
    <span class="chips" role="status" data-testid="feed-state" data-state={isWaiting ? 'waiting' : state.kind}>
      <Badge tone={tone}>{words}</Badge>
      {isPaused && held > 0 && <span class="quiet">{t.held(format.value.whole(held))}</span>}
    </span>
  );
}

function FeedTable({ rows }: { readonly rows: readonly FeedRow[] }) {
  const t = text.value.events;
  const heads = [t.time, t.type, t.user, t.device, t.rooms, t.data];
  return (
    <div class="table-frame is-tall" role="group" aria-label={t.feed} tabIndex={0}>
      <table class="table is-feed" data-testid="feed">
        <caption class="unseen">{t.feed}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <FeedLine key={row.eventId} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FeedLine({ row }: { readonly row: FeedRow }) {
  const t = text.value.events;
  const { type, at, userId, deviceId, rooms, data } = row;
  const time = <td class="is-time">{format.value.clockMs(at)}</td>;
  const badge = (
    <td>
      <Badge tone={TONES[type] ?? 'quiet'}>{t.names[type] ?? type}</Badge>
    </td>
  );
  if (type === 'gap') {
    return (
      <tr class="is-gap">
        {time}
        {badge}
        <td colSpan={4}>{t.gap}</td>
      </tr>
    );
  }
  const isGuest = userId === '' || userId === '0';
  return (
    <tr>
      {time}
      {badge}
      <td>{isGuest ? <span class="quiet">{t.guest}</span> : <a href={hashOf('users', userId)}>{userId}</a>}</td>
      <td>
        <code>{deviceId}</code>
      </td>
      <td>
        <RoomChips rooms={rooms} />
      </td>
      <td>
        <code class="feed-data">{data}</code>
      </td>
    </tr>
  );
}
