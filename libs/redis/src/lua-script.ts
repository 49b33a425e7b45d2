import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** One atomic step, as its file in `lua/` says. */
export interface LuaScript {
  readonly name: string;
  readonly source: string;
  readonly sha: string;
}

/** Reads `lua/<name>.lua`. */
export function luaScript(name: string): LuaScript {
  const source = readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
  return { name, source, sha: createHash('sha1').update(source).digest('hex') };
}
