// Runs on whatever Node the machine has (>= 20), before anything is installed: plain JavaScript, no packages.
// It makes node_modules match the lockfile, then hands over to the Node pinned in the lockfile.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const modules = join(root, 'node_modules');
const lockPath = join(root, 'package-lock.json');
const hiddenLockPath = join(modules, '.package-lock.json');
const stampPath = join(modules, '.longwire-stamp');

const commands = {
  start: { entry: 'apps/standalone/src/main.ts', needsConsole: true },
  cluster: { entry: 'infra/workspace/src/cluster/main.ts', needsConsole: true },
  test: { entry: 'infra/workspace/src/test.ts', needsConsole: false },
  bench: { entry: 'e2e/bench/main.ts', needsConsole: false },
  plan: { entry: 'e2e/bench/plan/main.ts', needsConsole: false },
  faults: { entry: 'e2e/faults/main.ts', needsConsole: false },
  longwire: { entry: 'apps/cli/src/main.ts', needsConsole: false, staysInFolder: true },
};

class Fault extends Error {}

/** The child that has the floor; signals go to it. */
let current;
/** The first signal that asked us to stop: what fails after it fails because of it. */
let stopSignal;

async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  const command = commands[name];
  if (command === undefined) throw new Fault(`unknown command "${name}"; known: ${Object.keys(commands).join(', ')}`);
  checkNode();
  const entry = join(root, command.entry);
  if (!existsSync(entry)) throw new Fault(`npm run ${name} needs ${command.entry}, which this checkout does not have`);
  await ensureInstalled();
  if (stopSignal !== undefined) return 128 + constants.signals[stopSignal];
  const node = pinnedNode();
  const env = {
    ...process.env,
    PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, '.cache', 'node-compile'),
  };
  if (command.needsConsole) await buildConsole(node, env);
  if (stopSignal !== undefined) return 128 + constants.signals[stopSignal];
  return run(node, [entry, ...args], { cwd: command.staysInFolder ? callersFolder() : root, env, stdio: 'inherit' });
}

// `npm run` goes to the root of the workspace and keeps where it was called in INIT_CWD.
function callersFolder() {
  const { INIT_CWD, npm_lifecycle_event } = process.env;
  return npm_lifecycle_event === 'longwire' && INIT_CWD ? INIT_CWD : process.cwd();
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new Fault(`Node 20 or newer is needed to start, this is ${process.version}`);
}

async function ensureInstalled() {
  if (isStampCurrent()) return;
  if (!matchesLockfile()) await install();
  writeFileSync(stampPath, stampText());
}

function stampText() {
  const hash = createHash('sha256');
  for (const path of [lockPath, hiddenLockPath]) hash.update(readFileSync(path));
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`;
}

function isStampCurrent() {
  if (![stampPath, hiddenLockPath].every((path) => existsSync(path))) return false;
  return readFileSync(stampPath, 'utf8') === stampText();
}

// npm's hidden lockfile lists what is really there: somebody who ran npm himself is not made to wait for it again.
function matchesLockfile() {
  if (!existsSync(hiddenLockPath)) return false;
  const wanted = JSON.parse(readFileSync(lockPath, 'utf8')).packages;
  const present = JSON.parse(readFileSync(hiddenLockPath, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = present[path];
    if (found === undefined) return entry.optional === true && !isForThisMachine(entry);
    return found.version === entry.version && found.integrity === entry.integrity && found.link === entry.link;
  });
}

function isForThisMachine({ os, cpu, libc }) {
  return libc === undefined && os?.includes(process.platform) === true && cpu?.includes(process.arch) === true;
}

async function install() {
  const startedAt = Date.now();
  note('installing the dependencies of package-lock.json (once, usually under a minute)');
  const ticker = setInterval(() => process.stderr.write('.'), 2000);
  const npmCli = process.env.npm_execpath;
  const [file, before] = npmCli?.endsWith('npm-cli.js') ? [process.execPath, [npmCli]] : ['npm', []];
  const args = [...before, 'ci', '--include=optional', '--include=dev', '--no-progress', '--loglevel=error'];
  const { code, output } = await capture(file, args, {
    cwd: root,
    shell: process.platform === 'win32' && file === 'npm',
  });
  clearInterval(ticker);
  process.stderr.write('\n');
  if (code !== 0) {
    const reason =
      output.split('\n').find((line) => /^npm (error|ERR!) (?!code)/.test(line)) ?? output.trim().split('\n')[0];
    throw new Fault(`npm ci failed (exit ${code}): ${reason?.trim()} -- run "npm ci" to see all of it`);
  }
  note(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

function pinnedNode() {
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [`node-${platform}`, `node-bin-${platform}`].flatMap((name) => [
    join(modules, name, 'bin', file),
    join(modules, name, file),
  ]);
  const found = [join(modules, '.bin', file), ...candidates].find((path) => existsSync(path));
  if (found === undefined)
    throw new Fault(`no pinned Node for ${platform} in node_modules; npm must not omit optional dependencies`);
  return realpathSync(found);
}

async function buildConsole(node, env) {
  const manifest = join(root, 'apps/console/package.json');
  const target = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).nx?.targets?.build : undefined;
  if (target === undefined) return;
  const nx = realpathSync(join(modules, '.bin', 'nx'));
  const { code, output } = await capture(node, [nx, 'run', 'console:build'], { cwd: root, env });
  if (code !== 0) throw new Fault(`the console did not build (exit ${code}):\n${output.trim()}`);
}

async function capture(file, args, options) {
  let output = '';
  const code = await run(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }, (child) => {
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  });
  return { code, output };
}

function run(file, args, options, onSpawn) {
  return new Promise((resolve, reject) => {
    current = spawn(file, args, options);
    onSpawn?.(current);
    current.once('error', (cause) => reject(new Fault(`${file} could not be started: ${cause.message}`)));
    current.once('close', (code, signal) => {
      current = undefined;
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

function forwardSignals() {
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      // Ctrl-C on a terminal reaches the whole foreground group, so the child has it already.
      stopSignal ??= signal;
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      current?.kill(signal);
    });
  }
  process.on('exit', () => current?.kill('SIGKILL'));
}

function note(text) {
  process.stderr.write(`longwire: ${text}\n`);
}

forwardSignals();
try {
  process.exitCode = await main();
} catch (error) {
  if (stopSignal === undefined) note(error instanceof Fault ? error.message : error.stack);
  process.exitCode = stopSignal === undefined ? 1 : 128 + constants.signals[stopSignal];
}
