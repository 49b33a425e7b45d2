/** How a table is looked at: sorted by a column, page by page. */
export interface TableView {
  readonly sortId: string;
  readonly isDescending: boolean;
  /** From 0. */
  readonly page: number;
}

export type SortValue = string | number | null | undefined;

export interface TableWindow<Row> {
  readonly rows: readonly Row[];
  readonly page: number;
  readonly pages: number;
  /** Rows of all pages. */
  readonly total: number;
  /** Number of the first row of the page, from 1; 0 when there is none. */
  readonly first: number;
}

const collator = new Intl.Collator('en', { numeric: true });

/** Sorts what is known before what is not, `access-2` before `access-10`, and keeps the order of equals. */
export function sortRows<Row>(rows: readonly Row[], valueOf: (row: Row) => SortValue, isDescending: boolean): Row[] {
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === null || left === undefined || right === null || right === undefined) {
      return Number(left === null || left === undefined) - Number(right === null || right === undefined);
    }
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : collator.compare(String(left), String(right));
    return sign * order;
  });
}

/** One page of the rows; a page beyond the last is the last, since rows come and go under the reader. */
export function pageOf<Row>(rows: readonly Row[], page: number, pageSize: number): TableWindow<Row> {
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const shown = Math.min(Math.max(0, page), pages - 1);
  const start = shown * pageSize;
  const first = rows.length === 0 ? 0 : start + 1;
  return { rows: rows.slice(start, start + pageSize), page: shown, pages, total: rows.length, first };
}

/** The view after a click on the head of a column: its order first, turned around by the next click. */
export function sortedBy(view: TableView, sortId: string, startsDescending: boolean): TableView {
  const isDescending = view.sortId === sortId ? !view.isDescending : startsDescending;
  return { sortId, isDescending, page: 0 };
}

/** Whether any of the texts has all words of the query, in any case. */
export function matches(texts: readonly (string | null)[], query: string): boolean {
  const all = texts.join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
