import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { findOnPath, isExecutable } from './locate-server.ts';

const run = promisify(execFile);
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macPaths = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/**
 * Finds a Chromium: CHROMIUM_PATH, PATH, Chrome on macOS; as root on Debian it installs the distribution's package
 * (14 s, once). Undefined when there is none: the caller then skips with `chromiumSkipReason`.
 */
export async function findChromium(): Promise<string | undefined> {
  return findInstalled() ?? (await installChromium());
}

/** What every test starts it with: no sandbox, which root cannot have, and nothing it does of its own accord. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a test that found no browser gives as its reason; with CI=true the runner counts such a skip as a failure. */
export const chromiumSkipReason = 'needs chromium: install chromium or Chrome, or set CHROMIUM_PATH';

function findInstalled(): string | undefined {
  const configured = process.env['CHROMIUM_PATH'];
  if (configured !== undefined && configured !== '') return isExecutable(configured) ? configured : undefined;
  const onPath = names.map(findOnPath).find((path) => path !== undefined);
  return onPath ?? ['/usr/bin/chromium', ...macPaths].find(isExecutable);
}

async function installChromium(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined;
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 300_000, maxBuffer: 64 << 20 };
  const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  try {
    await install().catch(async () => {
      await run('apt-get', ['update'], options);
      await install();
    });
  } catch {
    return undefined;
  }
  return findInstalled();
}
