import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const MAX_FIRST_VIEW_BYTES = 60 * 1024;
const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** Every file that the browser has to have before it shows the page: the page, and what it names without a condition. */
async function firstViewFiles(folder: string): Promise<readonly string[]> {
  const files = ['index.html'];
  for (const name of files) {
    const text = await readFile(join(folder, name), 'utf8');
    const found = name.endsWith('.html')
      ? [...text.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, path = '']) => path)
      : [...text.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+)["'`]/g)].map(([, path = '']) => `assets/${path}`);
    for (const path of found) if (!files.includes(path)) files.push(path);
  }
  return files;
}

test('the first view of the live room is below 60 KB gzipped, and the decoder is no part of it', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'console-build-'));
  try {
    await build({
      root: join(PROJECT, 'web'),
      configFile: join(PROJECT, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir },
    });
    const files = await firstViewFiles(outDir);
    const sizes = await Promise.all(
      files.map(async (name) => ({ name, bytes: gzipSync(await readFile(join(outDir, name))).length })),
    );
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    const told = sizes.map(({ name, bytes }) => `${name} ${bytes}`).join(', ');
    assert.ok(files.some((name) => name.endsWith('.js')) && files.some((name) => name.endsWith('.css')), told);
    assert.ok(total > 20_000 && total <= MAX_FIRST_VIEW_BYTES, `${total} bytes: ${told}`);
    assert.ok(!files.some((name) => /brotli|wasm|decoder/.test(name)), told);
  } finally {
    await rm(outDir, { recursive: true });
  }
});
