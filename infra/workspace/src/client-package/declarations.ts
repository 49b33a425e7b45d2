import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { distFolder, root } from './folders.ts';

const LIBRARIES = ['client', 'wire', 'domain'] as const;
/** The doors of the client, as tsc declares them. */
export const DOORS = { '.': 'client/index.d.ts', './node': 'client/node/index.d.ts' } as const;

const importPattern = /(from |import\()'([^']+)'/g;

/** Where tsc has put the declarations of a file of `types/`: `client/index.d.ts`. */
function sourceOf(path: string): string {
  const [library = '', ...rest] = path.split('/');
  return join(root, 'libs', library, 'out-tsc/src', ...rest);
}

/** The file of `types/` that a file there means by an import; undefined for a package. */
function targetOf(from: string, name: string): string | undefined {
  const library = LIBRARIES.find((each) => name === `@longwire/${each}`);
  if (library !== undefined) return `${library}/index.d.ts`;
  return name.startsWith('.') ? join(dirname(from), name.replace(/\.ts$/, '.d.ts')) : undefined;
}

/**
 * The declarations that the doors reach, by their place in `types/`. Workspace libraries lie beside the client: the package
 * depends on nothing.
 */
export function reachDeclarations(): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const queue: string[] = Object.values(DOORS);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (texts.has(path)) continue;
    const source = sourceOf(path);
    if (!existsSync(source)) throw new Error(`${source} is not there: run the typecheck first`);
    const text = readFileSync(source, 'utf8').replace(/\/\/# sourceMappingURL.*\s*$/, '');
    texts.set(path, text);
    for (const [, , name = ''] of text.matchAll(importPattern)) {
      const target = targetOf(path, name);
      if (target !== undefined) queue.push(target);
    }
  }
  return texts;
}

/** Writes them to `dist/types`, imports made relative and ending in `.js`, as every resolution understands them. */
export function writeDeclarations(): void {
  for (const [path, text] of reachDeclarations()) {
    const file = join(distFolder, 'types', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      text.replaceAll(importPattern, (whole, before: string, name: string) => {
        const target = targetOf(path, name);
        if (target === undefined) return whole;
        const to = relative(dirname(path), target).replace(/\.d\.ts$/, '.js');
        return `${before}'${to.startsWith('.') ? to : `./${to}`}'`;
      }),
    );
  }
}
