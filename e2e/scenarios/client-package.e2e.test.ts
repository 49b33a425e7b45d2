import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromiumSkipReason, findChromium } from '@longwire/testkit/servers';
import { builtClient } from '../harness/built-client.ts';
import { launchChromium } from '../harness/chromium.ts';
import { Longwire } from '../harness/launch.ts';
import { Program } from '../harness/program.ts';
import type { ProgramEnd, ProgramOptions } from '../harness/program.ts';

const MAX_CORE_BYTES = 8 * 1024;
const withoutChromium = (await findChromium()) === undefined && chromiumSkipReason;
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

async function run(args: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  const end = await new Program(args, options).ended;
  assert.equal(end.code, 0, `${args.join(' ')}: ${end.out}${end.err}`);
  return end;
}

/** Every Node on PATH that can be asked for: the pinned one, and what the machine has beside it, from 20. */
async function nodesOnPath(): Promise<readonly string[]> {
  const found = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  const nodes = new Set(
    [process.execPath, ...found.filter((path) => existsSync(path))].map((path) => realpathSync(path)),
  );
  const kept: string[] = [];
  for (const command of nodes) {
    const { out } = await new Program(['-p', 'process.versions.node'], { command }).ended;
    if (Number(out.split('.')[0]) >= 20) kept.push(command);
  }
  return kept;
}

const CONSUMER = `import { connect, TicketError, type Message } from '@longwire/client';
import { nodeDecoders, tcpTransport } from '@longwire/client/node';
interface Messages { DANMU_MSG: { name: string; text: string }; GIFT: { count: number } }
export const client = connect<Messages>({
  getToken: async () => { throw new TicketError('none', { isFinal: true }); },
  rooms: ['1000'], transport: tcpTransport, decoders: nodeDecoders(),
});
client.on('GIFT', ({ payload }) => { const count: number = payload.count; return count; });
client.on(['GIFT', 'DANMU_MSG'], (message) => { if (message.cmd === 'GIFT') message.payload.count.toFixed(); });
// @ts-expect-error -- there is no such message
client.on('NOPE', () => undefined);
export const said: Message['lane'] = 'bulk';
`;

describe('the package of the client, as npm packs and installs it', () => {
  let folder: string;
  let files: readonly string[];
  const installed = (path: string): string => join(folder, 'node_modules/@longwire/client', path);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'longwire-package-'));
    const npm = (args: readonly string[]): Promise<ProgramEnd> => run(args, { command: 'npm', cwd: folder });
    const { out } = await npm(['pack', builtClient(), '--json', '--loglevel=error']);
    const answer = JSON.parse(out) as unknown;
    const [packed] = (Array.isArray(answer) ? answer : Object.values(answer as object)) as [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    files = packed.files.map(({ path }) => path);
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    const offline = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm(['install', join(folder, packed.filename), ...offline]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('holds built files, declarations, maps, README, API and licences, and nothing of the sources or their tests', () => {
    const known =
      /^(package\.json|README\.md|API\.md|LICENSE(\.brotli-wasm)?|[\w.-]+\.js(\.map)?|brotli_wasm_bg\.wasm|types\/.+\.d\.ts)$/;
    assert.deepEqual(
      files.filter((path) => !known.test(path) || path.includes('test')),
      [],
    );
    for (const path of [
      'README.md',
      'API.md',
      'LICENSE',
      'index.js',
      'longwire.js',
      'node.js',
      'types/client/index.d.ts',
    ]) {
      assert.ok(files.includes(path), path);
    }
    for (const path of files.filter((each) => each.endsWith('.js'))) assert.ok(files.includes(`${path}.map`), path);
    const { dependencies, sideEffects } = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    assert.deepEqual([dependencies, sideEffects], [undefined, false]);
  });

  test('imports nothing from outside but node: in its door for Node', () => {
    for (const path of files.filter((each) => /\.(js|d\.ts)$/.test(each))) {
      const text = readFileSync(installed(path), 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
      const names = [...text.matchAll(/(?:\bfrom ?|\bimport\(?)['"`]([^'"`]+)['"`]/g)].map(([, name = '']) => name);
      const foreign = names.filter(
        (name) => !name.startsWith('.') && !(path === 'node.js' && name.startsWith('node:')),
      );
      assert.deepEqual(foreign, [], path);
    }
  });

  test('longwire.js is at most 8 KiB gzipped and one file; its decoder is another', () => {
    const core = readFileSync(installed('longwire.js'), 'utf8');
    const sizeBytes = gzipSync(core, { level: 9 }).length;
    assert.ok(sizeBytes > 4_000 && sizeBytes <= MAX_CORE_BYTES, `${sizeBytes} bytes`);
    assert.doesNotMatch(core, /\bfrom ?["'`]\.|new DecompressionStream/);
  });

  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    test(`a consumer type-checks with moduleResolution ${moduleResolution}, the package's declarations too`, async () => {
      const source = join(folder, moduleResolution);
      mkdirSync(source);
      writeFileSync(join(source, 'consumer.ts'), CONSUMER);
      const lib = ['es2024', 'dom', 'dom.asynciterable'];
      const strictness = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
      const compilerOptions = { module, moduleResolution, target: 'es2024', lib, types: [], ...strictness };
      writeFileSync(join(source, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
      await run([join(modules, 'typescript/bin/tsc'), '-p', source], { cwd: folder });
    });
  }

  test('is imported by every Node of this machine from 20 on', async (context) => {
    const script = `
      import * as client from '@longwire/client';
      import { connect } from '@longwire/client/longwire.js';
      import { tcpTransport } from '@longwire/client/node';
      console.log(Object.keys(client).join(), typeof connect, typeof tcpTransport.open);`;
    const nodes = await nodesOnPath();
    for (const command of nodes) {
      const { out } = await run(['--input-type=module', '-e', script], { command, cwd: folder });
      assert.match(out, /connect.* function function/, command);
    }
    context.diagnostic(`${nodes.length} kinds of Node`);
  });

  test(
    'in Chromium, by a script tag: connects, and loads the decoder with the first batch',
    { skip: withoutChromium },
    async () => {
      await using longwire = await Longwire.launch({ mode: 'standalone' });
      const server = fileURLToPath(new URL('../examples/browser/server.mjs', import.meta.url));
      const env = { LONGWIRE_STATE_DIR: longwire.stateDir, CLIENT_FOLDER: installed('.'), PORT: '0' };
      await using page_ = new Program([server], { env });
      const [, url = ''] = await page_.hasPrinted(/open (http:\S+?)\?/);
      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        const loaded: string[] = [];
        page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
        await page.goto(`${url}?room=pack-1&name=ann`);
        await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
        const scripts = (): string[] => loaded.filter((path) => path.startsWith('/longwire/'));
        assert.deepEqual(scripts(), ['/longwire/longwire.js']);
        await longwire.api.mustPush(
          { kind: 'room', roomId: 'pack-1' },
          { cmd: 'DANMU_MSG', name: 'api', text: 'unpacked' },
        );
        await page.getByRole('listitem').filter({ hasText: 'api: unpacked' }).waitFor();
        assert.ok(
          scripts().some((path) => path.endsWith('.wasm')),
          scripts().join(' '),
        );
      } finally {
        await browser.close();
      }
    },
  );
});
