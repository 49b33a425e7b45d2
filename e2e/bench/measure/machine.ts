import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** What the numbers depend on. */
export function describeMachine(): Readonly<Record<string, string>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: String(availableParallelism()),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.version,
    'load before': loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
  };
}

/** How many files a process may have open; Node has raised it to the hard limit. */
export function openFileLimit(): number {
  try {
    const line = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return line === undefined || line === 'unlimited' ? 100_000 : Number(line);
  } catch {
    // No /proc: a number that every system grants.
    return 4096;
  }
}
