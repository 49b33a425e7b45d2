import type { PageName } from '../state/route.ts';

/** Strokes on a grid of 20 by 20. */
const PATHS: Readonly<Record<PageName | 'exit' | 'room' | 'copy' | 'close', string>> = {
  overview: 'M3 17V9m5 8V4m5 13v-6m5 6V7',
  nodes: 'M4 4h12v5H4zM4 11h12v5H4zM7 6.5h.01M7 13.5h.01',
  rooms: 'M3 5h14v8H9l-4 3v-3H3z',
  users: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm-6 7c0-3 3-5 6-5s6 2 6 5',
  push: 'M3 10l14-6-5 13-3-5z',
  trace: 'M4 5h6m-2 5h8m-4 5h4M4 3v14',
  events: 'M3 10h3l2-5 4 10 2-5h3',
  keys: 'M12.5 11a3.5 3.5 0 1 0-3.4-4.4L3 12.7V16h3v-2h2v-2h1.6l1-1a3.5 3.5 0 0 0 1.9 0z',
  exit: 'M8 4H4v12h4m4-9l3 3-3 3m3-3H8',
  room: 'M8 6l6 4-6 4z M3 3h14v14H3z',
  copy: 'M7 7h9v9H7zM4 13V4h9',
  close: 'M5 5l10 10M15 5L5 15',
};

export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
