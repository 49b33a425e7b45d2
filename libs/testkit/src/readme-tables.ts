import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Holds the tables between `<!-- name -->` and `<!-- /name -->` of a README to what the code says, however their columns
 * are padded. `expected` maps each name to the markdown table as it should read. With LONGWIRE_WRITE_TABLES=1 it writes
 * them instead; the formatter pads them.
 */
export function assertReadmeTables(readme: URL, expected: Readonly<Record<string, string>>): void {
  if (process.env['LONGWIRE_WRITE_TABLES'] === '1') writeTables(readme, expected);
  const text = readFileSync(readme, 'utf8');
  for (const [name, table] of Object.entries(expected)) {
    const [, found] = new RegExp(`<!-- ${name} -->([^]*)<!-- /${name} -->`).exec(text) ?? [];
    assert.ok(found !== undefined, `${readme.pathname} has no block <!-- ${name} -->`);
    assert.deepEqual(rowsOf(found), rowsOf(table), `the table ${name} of ${readme.pathname}`);
  }
}

function rowsOf(table: string): readonly string[] {
  const rows = table.split('\n').filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line));
  return rows.map((row) =>
    row
      .split('|')
      .map((cell) => cell.trim())
      .join('|'),
  );
}

function writeTables(readme: URL, expected: Readonly<Record<string, string>>): void {
  let text = readFileSync(readme, 'utf8');
  for (const [name, table] of Object.entries(expected)) {
    const block = new RegExp(`(<!-- ${name} -->)[^]*(<!-- /${name} -->)`);
    text = text.replace(block, (_, before: string, after: string) => `${before}\n\n${table.trim()}\n\n${after}`);
  }
  writeFileSync(readme, text);
}
