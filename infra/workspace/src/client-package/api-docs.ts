import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { DOORS, reachDeclarations } from './declarations.ts';

interface Declared {
  readonly name: string;
  readonly docs: string;
  readonly code: string;
  readonly path: string;
}

// Before a docstring that belongs to a declaration, and before a declaration without one.
const START =
  /^(?=\/\*\*(?:(?!\*\/)[^])*\*\/\n(?:export|declare|interface|type) |(?<!\*\/\n)(?:export|declare|interface|type|import) )/m;
const DECLARATION = /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|function|const) (\w+)/;
const REEXPORT = /^export (?:type )?\{([^}]+)\} from '([^']+)'/gm;
const IMPORT = /^import (?:type )?\{([^}]+)\} from '([^']+)'/gm;

const INTRO = `# API of @longwire/client

Made from the docstrings by \`npx nx run client:docs\`; a test holds it to them. The [README](README.md) tells what it is for.
`;

/** The API of the client as markdown: every name its doors export, with declaration and docstring, and what those use. */
export async function describeApi(): Promise<string> {
  const files = new Map([...reachDeclarations()].map(([path, text]) => [path, { text, declared: parse(path, text) }]));
  const find = (path: string, name: string): Declared => {
    const { text = '', declared = [] } = files.get(path) ?? {};
    const own = declared.find((each) => each.name === name);
    if (own !== undefined) return own;
    const next = [...text.matchAll(REEXPORT)].find(([, names = '']) => namesIn(names).includes(name))?.[2];
    if (next === undefined) throw new Error(`${path} declares no ${name}`);
    return find(resolve(path, next), name);
  };
  const said = new Set<string>();
  const sections: string[] = [INTRO];
  const used: Declared[] = [];
  const say = (declared: Declared): void => {
    said.add(declared.name);
    sections.push(`### ${declared.name}\n\n${declared.docs}\n\n\`\`\`ts\n${declared.code}\n\`\`\`\n`);
    used.push(...usedBy(declared, files.get(declared.path)?.text ?? '', find));
  };
  for (const [door, path] of Object.entries(DOORS)) {
    sections.push(`## \`@longwire/client${door.slice(1)}\`\n`);
    for (const [, names = '', from = ''] of (files.get(path)?.text ?? '').matchAll(REEXPORT)) {
      for (const name of namesIn(names)) say(find(resolve(path, from), name));
    }
  }
  sections.push('## Used by these\n');
  for (let next = used.shift(); next !== undefined; next = used.shift()) if (!said.has(next.name)) say(next);
  return format(sections.join('\n'), { parser: 'markdown', printWidth: 120, singleQuote: true, trailingComma: 'all' });
}

function parse(path: string, text: string): readonly Declared[] {
  return text.split(START).flatMap((block) => {
    const [, comment = '', code = ''] = /^(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\n)?([^]*)$/.exec(block) ?? [];
    const [, name] = DECLARATION.exec(code) ?? [];
    if (name === undefined) return [];
    const plainCode = code
      .replace(/^ +#private;\n/m, '')
      .replace(/^export \{\};\n?/m, '')
      .trim();
    return [{ name, docs: prose(comment), code: plainCode, path }];
  });
}

/** Names of its own file and of others that a declaration is written with, and that are not exported by a door. */
function usedBy({ code, path }: Declared, text: string, find: (path: string, name: string) => Declared): Declared[] {
  const imported = [...text.matchAll(IMPORT)].flatMap(([, names = '', from = '']) =>
    namesIn(names).map((name) => ({ name, from: resolve(path, from) })),
  );
  const local = parse(path, text).map(({ name }) => ({ name, from: path }));
  return [...local, ...imported]
    .filter(({ name }) => new RegExp(`\\b${name}\\b`).test(code))
    .map(({ name, from }) => find(from, name));
}

function namesIn(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function resolve(path: string, name: string): string {
  const library = /^@longwire\/(\w+)$/.exec(name)?.[1];
  return library === undefined ? join(dirname(path), name.replace(/\.ts$/, '.d.ts')) : `${library}/index.d.ts`;
}

function prose(comment: string): string {
  return comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\{@link ([\w.]+)\}/g, '`$1`')
    .trim();
}
