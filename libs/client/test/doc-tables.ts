import { readFileSync } from 'node:fs';

interface Documented {
  readonly name: string;
  readonly text: string;
}

/** The members of a class or interface of this library that have a docstring of their own, in the order of the source. */
function membersOf(file: string, owner: string): readonly Documented[] {
  const source = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
  const start = source.search(new RegExp(`^(export )?(class|interface) ${owner}\\b`, 'm'));
  if (start === -1) throw new Error(`${file} has no ${owner}`);
  const block = source.slice(start, start + source.slice(start).search(/^}/m));
  const pattern = /^ {2,8}\/\*\*([^]*?)\*\/\n\s+(?:readonly |get |async )?([a-zA-Z]+)[?<(:]/gm;
  return [...block.matchAll(pattern)].map(([, text = '', name = '']) => ({ name, text: plain(text) }));
}

function plain(docstring: string): string {
  return docstring
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll('|', '\\|')
    .trim();
}

function tableOf(head: string, members: readonly Documented[]): string {
  const rows = members.map(({ name, text }) => `| \`${name}\` | ${text} |`);
  return [`| ${head} | |`, '| --- | --- |', ...rows].join('\n');
}

/** The tables of the README, made from the docstrings. */
export function docTables(): Readonly<Record<string, string>> {
  const options = readFileSync(new URL('../src/connect-options.ts', import.meta.url), 'utf8');
  const [, endpoint = ''] = /\/\*\*([^*]*)\*\/\s+readonly endpoint/.exec(options) ?? [];
  const [, body = ''] = /\/\*\*([^*]*)\*\/\s+readonly body/.exec(options) ?? [];
  return {
    options: tableOf('option', [
      { name: 'endpoint', text: plain(endpoint) },
      { name: 'body', text: plain(body) },
      { name: 'getToken', text: plain(docOf('ticket.ts', 'type GetToken')) },
      ...membersOf('connect-options.ts', 'CommonOptions'),
    ]),
    client: tableOf('client', membersOf('client.ts', 'Client')),
    message: tableOf('message', membersOf('message.ts', 'Message')),
    quality: tableOf('quality', membersOf('link-stats.ts', 'LinkQuality')),
  };
}

function docOf(file: string, declaration: string): string {
  const source = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
  const [, text = ''] = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\nexport ${declaration}`).exec(source) ?? [];
  return text;
}
