import { monotonicMs } from '../core/monotonic.ts';
import { cpuMsOf } from './process-usage.ts';

export interface Usage {
  readonly spanMs: number;
  /** CPU of each process in the span. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly totalCpuMs: number;
}

/** Reads the CPU clocks of processes now; `stop` gives what they used since then. */
export function startMeter(pids: Readonly<Record<string, number>>, readCpuMs = cpuMsOf): { stop(): Usage } {
  const names = Object.keys(pids);
  const read = (): readonly number[] => Object.values(pids).map((pid) => readCpuMs(pid));
  const startedAt = monotonicMs();
  const before = read();
  return {
    stop() {
      const after = read();
      const used = names.map((name, index) => [name, (after[index] ?? 0) - (before[index] ?? 0)] as const);
      return {
        spanMs: monotonicMs() - startedAt,
        cpuMs: Object.fromEntries(used),
        totalCpuMs: used.reduce((sum, [, cpuMs]) => sum + cpuMs, 0),
      };
    },
  };
}

/**
 * What of a usage was its work: less the rate of the calmest of some idle readings, since one may fall on what is left to
 * do of earlier work. 0 when that is all.
 */
export function withoutIdle(usage: Usage, idles: readonly Usage[], name: string): number {
  const idleShare = Math.min(...idles.map((idle) => (idle.cpuMs[name] ?? 0) / idle.spanMs));
  return Math.max(0, (usage.cpuMs[name] ?? 0) - idleShare * usage.spanMs);
}
