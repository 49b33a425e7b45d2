import { signal } from '@preact/signals';

export const PAGES = ['overview', 'nodes', 'rooms', 'users', 'push', 'trace', 'events', 'keys'] as const;
export type PageName = (typeof PAGES)[number];

/** Where in the console one is: a page, and one thing on it (`#/rooms/1000`). */
export interface Route {
  readonly page: PageName;
  readonly id: string;
  readonly query: URLSearchParams;
}

/** The place a hash names; the overview for one that names none. */
export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', id = ''] = path.split('/');
  const page = PAGES.find((known) => known === name);
  const query = new URLSearchParams(search);
  return page === undefined ? { page: 'overview', id: '', query } : { page, id: decoded(id), query };
}

/** The hash that leads to a place. */
export function hashOf(page: PageName, id = '', query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${page}${id === '' ? '' : `/${encodeURIComponent(id)}`}${search === '' ? '' : `?${search}`}`;
}

export const route = signal<Route>(routeOf(''));

/** Follows the address of the page from now on. */
export function followAddress(): void {
  const follow = (): void => {
    route.value = routeOf(location.hash);
  };
  addEventListener('hashchange', follow);
  follow();
}

export function goTo(page: PageName, id = ''): void {
  location.hash = hashOf(page, id);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
