import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const bootstrap = fileURLToPath(new URL('../bootstrap.mjs', import.meta.url));
const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

type Checkout = { readonly entry: string; readonly installed: object; readonly npm?: string };

const locked = { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'x' } } };

/** A checkout with nothing but the bootstrap, a lockfile, an installed tree and an entry for `npm test`. */
function checkout({ entry, installed, npm = 'process.exit(9)' }: Checkout): string {
  const root = mkdtempSync(join(tmpdir(), 'longwire-bootstrap-'));
  folders.push(root);
  const files = {
    'package-lock.json': JSON.stringify(locked),
    'node_modules/.package-lock.json': JSON.stringify(installed),
    'infra/workspace/src/test.ts': entry,
    'apps/cli/src/main.ts': entry,
    'npm-cli.js': npm,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  copyFileSync(bootstrap, join(root, 'infra/workspace/bootstrap.mjs'));
  mkdirSync(join(root, 'node_modules/.bin'));
  symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'));
  return root;
}

function launch(root: string, args: readonly string[], { cwd, ...more }: { cwd?: string } & NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, npm_execpath: join(root, 'npm-cli.js'), ...more };
  const path = join(root, 'infra/workspace/bootstrap.mjs');
  const child = spawn(process.execPath, [path, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...text }));
  return { child, ended };
}

test('passes arguments on and the exit code back', async () => {
  const root = checkout({ entry: 'console.log(process.argv[2]); process.exit(7);', installed: locked });
  const { code, out } = await launch(root, ['test', '--only=unit']).ended;
  assert.deepEqual([code, out], [7, '--only=unit\n']);
});

test('a tree that matches the lockfile is not installed again, and stamped', async () => {
  const root = checkout({ entry: '', installed: locked });
  assert.equal((await launch(root, ['test']).ended).code, 0);
  assert.ok(existsSync(join(root, 'node_modules/.longwire-stamp')));
});

test('a tree that differs is installed', async () => {
  const npm = `require('fs').writeFileSync(process.cwd() + '/args', process.argv.slice(2).join(' '))`;
  const root = checkout({
    entry: `console.log(require('fs').readFileSync('args', 'utf8'))`,
    installed: { packages: {} },
    npm,
  });
  const { out } = await launch(root, ['test']).ended;
  assert.match(out, /^ci /);
});

test('a failed install is one clear line and exit code 1', async () => {
  const npm = `console.error('npm error code E1\\nnpm error the registry is away'); process.exit(4)`;
  const { code, err } = await launch(checkout({ entry: '', installed: { packages: {} }, npm }), ['test']).ended;
  assert.equal(code, 1);
  assert.match(err, /^longwire: npm ci failed \(exit 4\): npm error the registry is away.*$/m);
});

test('an entry that is not there is named', async () => {
  const { code, err } = await launch(checkout({ entry: '', installed: locked }), ['bench']).ended;
  assert.deepEqual(
    [code, err],
    [1, 'longwire: npm run bench needs e2e/bench/main.ts, which this checkout does not have\n'],
  );
});

test('the command line runs where it was called, also through `npm run`, which goes to the root first', async () => {
  const root = checkout({ entry: 'console.log(process.cwd());', installed: locked });
  const folder = join(root, 'infra');
  const direct = await launch(root, ['longwire'], { cwd: folder, npm_lifecycle_event: '', INIT_CWD: '/elsewhere' })
    .ended;
  assert.equal(direct.out, `${realpathSync(folder)}\n`);
  const called = { cwd: root, npm_lifecycle_event: 'longwire', INIT_CWD: folder };
  assert.equal((await launch(root, ['longwire'], called).ended).out, `${realpathSync(folder)}\n`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} reaches the program, whose exit code comes back`, async () => {
    const entry = `process.on('${signal}', () => process.exit(0)); setInterval(() => {}, 1e6); console.log('up');`;
    const { child, ended } = launch(checkout({ entry, installed: locked }), ['test']);
    await once(child.stdout, 'data');
    child.kill(signal);
    assert.equal((await ended).code, 0);
  });
}
