import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHttpServer, createMetricsRegistry, createSilentLogger } from '@longwire/runtime';
import { servePage } from './page.ts';
import { addSecurityHeaders } from './security-headers.ts';

async function open(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'console-page-'));
  await mkdir(join(folder, 'assets'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const logger = createSilentLogger();
  const metrics = createMetricsRegistry();
  const server = createHttpServer({ name: 'console', logger, metrics, bodyLimitBytes: 100, title: 'x', version: '1' });
  addSecurityHeaders(server);
  servePage(server, folder);
  return {
    get: (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers }),
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

const BUILT = {
  'index.html': '<p>page</p>',
  'index.html.br': 'small',
  'assets/a-1234.js': 'let a;',
  'assets/b-1234.wasm': 'w',
};

test('serves the page, asked for anew each time, and its hashed files for good', async () => {
  await using page = await open(BUILT);
  const index = await page.get('/?room=1');
  assert.equal(index.statusCode, 200);
  assert.equal(index.body, '<p>page</p>');
  assert.equal(index.headers['cache-control'], 'no-cache');
  const script = await page.get('/assets/a-1234.js');
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  const wasm = await page.get('/assets/b-1234.wasm');
  assert.equal(wasm.headers['content-type'], 'application/wasm');
});

test('sends the compressed file to a browser that takes it', async () => {
  await using page = await open(BUILT);
  const answer = await page.get('/', { 'accept-encoding': 'br, gzip' });
  assert.deepEqual([answer.body, answer.headers['content-encoding']], ['small', 'br']);
  assert.match(String(answer.headers['content-type']), /^text\/html/);
});

test('lets the page run its own scripts and the decoder, and nothing of others', async () => {
  await using page = await open(BUILT);
  const policy = String((await page.get('/')).headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
  assert.match(policy, /connect-src 'self' ws: wss:;/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:/);
});

test('says 404 to what the build did not make', async () => {
  await using page = await open(BUILT);
  for (const url of ['/missing.js', '/assets/../../package.json', '/assets/%2e%2e/%2e%2e/package.json']) {
    assert.equal((await page.get(url)).statusCode, 404, url);
  }
});

test('says how to build the page when there is none', async () => {
  await using page = await open({});
  const answer = await page.get('/');
  assert.equal(answer.statusCode, 503);
  assert.match(answer.body, /nx run console:build/);
});
