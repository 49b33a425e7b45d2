import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { luaScript } from './lua-script.ts';

const names = readdirSync(new URL('lua/', import.meta.url)).map((file) => file.replace(/\.lua$/, ''));
const sources = globSync('**/*.ts', { cwd: new URL('.', import.meta.url) })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');

describe('Lua scripts', () => {
  for (const name of names) {
    const { source } = luaScript(name);
    const header = source.split(/^(?!--)/m, 1)[0] ?? '';

    test(`${name} says what it promises, takes and returns, and takes at most 6 keys`, () => {
      const indexes = [...source.matchAll(/KEYS\[(\d+)\]/g)].map((match) => Number(match[1]));
      for (const index of new Set(indexes))
        assert.ok(header.includes(`KEYS[${index}]`), `KEYS[${index}] is not told of`);
      assert.ok(Math.max(...indexes) <= 6);
      assert.match(header, /^-- [A-Z][^[]*\.\n/);
      assert.match(header, /-- Returns /);
    });

    test(`${name} is used, by its name`, () => assert.ok(sources.includes(`luaScript('${name}')`)));
  }
});
