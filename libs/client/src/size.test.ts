import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const MAX_GZIPPED_BYTES = 8 * 1024;
const ENTRY = '\0page';
const door = fileURLToPath(new URL('index.ts', import.meta.url));

test('what a page carries that imports `connect` is at most 8 KiB gzipped; decoders are chunks of their own', async () => {
  const page = {
    name: 'page',
    resolveId: (id: string) => (id === ENTRY ? ENTRY : null),
    load: (id: string) => (id === ENTRY ? `export { connect } from ${JSON.stringify(door)};` : null),
  };
  const bundle = await rolldown({
    input: { client: ENTRY },
    plugins: [page],
    external: ['brotli-wasm'],
    platform: 'browser',
    transform: { target: 'es2023' },
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false });
  await bundle.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  const sizes = chunks.map(({ name, isEntry, code }) => ({
    name,
    isEntry,
    bytes: gzipSync(code, { level: 9 }).length,
  }));
  const core = sizes.filter(({ isEntry }) => isEntry).reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(core > 4_000 && core <= MAX_GZIPPED_BYTES, `${core} bytes; ${JSON.stringify(sizes)}`);
  assert.deepEqual(chunks.find(({ isEntry }) => isEntry)?.imports, [], 'the core is one file');
  assert.ok(!chunks.some(({ isEntry, code }) => isEntry && code.includes('new DecompressionStream')));
});
