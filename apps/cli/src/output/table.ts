import Table from 'cli-table3';

export interface Column {
  readonly name: string;
  readonly align?: 'left' | 'right';
}

const LINES =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid';
const BARE = Object.fromEntries(LINES.split(' ').map((name) => [name, '']));

/** Columns under their names, without lines: good to read and to cut apart. */
export function tableOf(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ name }) => name.toUpperCase()),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...BARE, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
