import { useEffect, useRef, useState } from 'preact/hooks';
import { readEvents } from '../api/event-feed.ts';
import type { FeedState } from '../api/event-feed.ts';
import { rowOf, withRows } from './event-log.ts';
import type { FeedRow } from './event-log.ts';

export interface EventFeed {
  readonly rows: readonly FeedRow[];
  /** Read while paused and not shown yet; as bounded as the rows are. */
  readonly held: number;
  readonly state: FeedState;
  readonly isPaused: boolean;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly clear: () => void;
}

/** Rows are shown this often, however many come: a burst costs one drawing. */
const SHOW_EVERY_MS = 250;
const MAX_HELD = 500;

/** The events of the clients while the page is open: read on while paused, gone on with after every cut. */
export function useEventFeed(types: readonly string[]): EventFeed {
  const [rows, setRows] = useState<readonly FeedRow[]>([]);
  const [held, setHeld] = useState(0);
  const [state, setState] = useState<FeedState>({ kind: 'connecting' });
  const [isPaused, setPaused] = useState(false);
  const waiting = useRef<FeedRow[]>([]);
  const paused = useRef(false);
  const place = useRef<string | undefined>(undefined);
  const wanted = types.join(',');

  const show = (): void => {
    if (waiting.current.length > MAX_HELD) waiting.current.splice(0, waiting.current.length - MAX_HELD);
    setHeld(paused.current ? waiting.current.length : 0);
    if (paused.current || waiting.current.length === 0) return;
    const added = waiting.current.splice(0);
    setRows((last) => withRows(last, added));
  };

  useEffect(() => {
    if (wanted === '') return undefined;
    const gone = new AbortController();
    const timer = setInterval(show, SHOW_EVERY_MS);
    void readEvents({
      types: wanted.split(','),
      lastEventId: place.current,
      signal: gone.signal,
      onState: setState,
      onData: (data, id) => {
        place.current = id;
        const row = rowOf(data, Date.now());
        if (row !== undefined && waiting.current.push(row) > MAX_HELD * 2) waiting.current.splice(0, MAX_HELD);
      },
    });
    return () => {
      gone.abort();
      clearInterval(timer);
    };
  }, [wanted]);

  const setBoth = (next: boolean): void => {
    paused.current = next;
    setPaused(next);
    show();
  };
  return {
    rows,
    held,
    state,
    isPaused,
    pause: () => setBoth(true),
    resume: () => setBoth(false),
    clear: () => setRows([]),
  };
}
