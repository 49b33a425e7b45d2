#!/usr/bin/env node
// Starts on whatever Node it is given. The Node of the lockfile (and any that reads TypeScript) goes on in this process;
// an older one hands over to it, by way of the bootstrap, which also installs what is missing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const isInstalled = existsSync(new URL('../../../node_modules/commander/package.json', import.meta.url));
if (isInstalled && Number(process.versions.node.split('.')[0]) >= 24) {
  await import('../src/main.ts');
} else {
  const bootstrap = fileURLToPath(new URL('../../../infra/workspace/bootstrap.mjs', import.meta.url));
  const child = spawn(process.execPath, [bootstrap, 'longwire', ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    // Ctrl-C on a terminal reaches the whole foreground group, so the child has it already.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.once('close', (code, signal) => (process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)));
}
