/** What may be wrong with a history. */
export const FAULT_KINDS = ['lost', 'duplicate', 'reordered', 'late', 'wrong'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Finding {
  readonly kind: FaultKind;
  /** In words, with the numbers that identify it. */
  readonly what: string;
}

/** How long deliveries took, ms. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Owed {
  /** Deliveries that the guarantees owed. */
  readonly owed: number;
  /** Of these, how many came. */
  readonly delivered: number;
}

export interface Verdict {
  readonly express: Owed;
  readonly rooms: Owed;
  /** Owed to a room, missed, and the server had said so (`recovered:false`). */
  readonly admitted: number;
  /** Accepted for a room that had viewers, and seen by none: gone before it was numbered. */
  readonly unnumbered: number;
  readonly counts: Readonly<Record<FaultKind, number>>;
  /** The first few of each kind. */
  readonly findings: readonly Finding[];
  readonly latency: Latency;
}

const KEPT_OF_A_KIND = 5;

/** Gathers what the checks find. */
export class VerdictBuilder {
  readonly express = { owed: 0, delivered: 0 };
  readonly rooms = { owed: 0, delivered: 0 };
  admitted = 0;
  unnumbered = 0;
  readonly #counts: Record<FaultKind, number> = { lost: 0, duplicate: 0, reordered: 0, late: 0, wrong: 0 };
  readonly #findings: Finding[] = [];
  readonly #delaysMs: number[] = [];

  /** `what` is asked for the first few only. */
  report(kind: FaultKind, what: () => string): void {
    this.#counts[kind] += 1;
    if (this.#counts[kind] <= KEPT_OF_A_KIND) this.#findings.push({ kind, what: what() });
  }

  addDelay(delayMs: number): void {
    this.#delaysMs.push(delayMs);
  }

  build(): Verdict {
    const { express, rooms, admitted, unnumbered } = this;
    const latency = latencyOf(this.#delaysMs);
    return { express, rooms, admitted, unnumbered, counts: this.#counts, findings: this.#findings, latency };
  }
}

/** Quantiles of delays; zeros when there are none. */
export function latencyOf(delaysMs: readonly number[]): Latency {
  const sorted = Float64Array.from(delaysMs).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

/** The number of things that are wrong. */
export function faultsOf(verdict: Verdict): number {
  return FAULT_KINDS.reduce((sum, kind) => sum + verdict.counts[kind], 0);
}
