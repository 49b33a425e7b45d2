import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';

const NS_PER_MS = 1e6;

/** CPU time that a process has used in all its threads, user and system, as the operating system counts it. */
export function cpuMsOf(pid: number): number {
  return platform() === 'linux' ? linuxCpuMs(pid) : psFields(pid).cpuMs;
}

/** The same of its main thread alone, where the system tells threads apart; else of all. */
export function mainThreadCpuMsOf(pid: number): number {
  return platform() === 'linux' ? threadCpuNs(pid, String(pid)) / NS_PER_MS : psFields(pid).cpuMs;
}

/** Memory that a process has resident now. */
export function rssBytesOf(pid: number): number {
  if (platform() !== 'linux') return psFields(pid).rssBytes;
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib ?? 0) * 1024;
}

/** Nanoseconds on a CPU per thread: `stat` would round to 10 ms, more than a short run uses. */
function linuxCpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + threadCpuNs(pid, thread), 0) / NS_PER_MS;
}

function threadCpuNs(pid: number, thread: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    // The thread has ended between the listing and the look.
    return 0;
  }
}

function psFields(pid: number): { readonly cpuMs: number; readonly rssBytes: number } {
  const [rss = '0', time = '0:00'] = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
  return { cpuMs: parsePsTime(time) * 1000, rssBytes: Number(rss) * 1024 };
}

/** Seconds in `[[days-]hours:]minutes:seconds[.fraction]`. */
export function parsePsTime(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-') : ['0', text];
  const seconds = (clock ?? '0').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
