import type { Clock, Lane } from '@longwire/domain';
import { VitalsReport } from '@longwire/protos/bus/v1';
import { splitVital } from '@longwire/vitals';
import type { Vital } from '@longwire/vitals';
import { latencyOf, mergeBuckets } from './latency.ts';
import type { Latency } from './latency.ts';
import { ProcessVitals } from './process-vitals.ts';

/** Processes that are known at a time; a report of one more is refused. */
export const MAX_PROCESSES = 500;
/** A process that has said nothing for so long is gone. */
export const EXPIRY_MS = 5000;

export interface RatedRoom {
  readonly roomId: string;
  readonly messagesPerSec: number;
}

/** All processes as they say they are, added up over the cluster. */
export class ClusterVitals {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #processes = new Map<string, ProcessVitals>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Takes one VitalsReport; throws when the bytes are none. */
  take(payload: Uint8Array): 'taken' | 'outdated' | 'refused' {
    const report = VitalsReport.decode(payload);
    const nowMs = this.#clock.monotonic();
    const known = this.#processes.get(report.process);
    if (known?.startedAtMs === report.startedAtMs) {
      known.add(report, nowMs);
      return 'taken';
    }
    // Of the run before, or of a second process that was given the same name: the newer one is believed.
    if (known !== undefined && known.startedAtMs > report.startedAtMs) return 'outdated';
    if (known === undefined && this.#processes.size >= MAX_PROCESSES) this.#expire();
    if (known === undefined && this.#processes.size >= MAX_PROCESSES) return 'refused';
    this.#processes.set(report.process, new ProcessVitals(report, nowMs));
    return 'taken';
  }

  /** Who is there now, by tier and name. */
  processes(): readonly ProcessVitals[] {
    return this.#live().toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  /** The sum of a gauge; undefined when nobody tells it. */
  sum(name: Vital): number | undefined {
    const told = this.#live().filter((process) => process.has(name));
    return told.length === 0 ? undefined : told.reduce((sum, process) => sum + process.value(name), 0);
  }

  rate(name: Vital): number {
    return this.#live().reduce((sum, process) => sum + process.rate(name), 0);
  }

  /** The rates of all splits of a vital. */
  ratesOf(vital: Vital): Readonly<Record<string, number>> {
    const rates: Record<string, number> = {};
    for (const process of this.#live()) {
      for (const part of process.splitsOf(vital)) {
        rates[part] = (rates[part] ?? 0) + process.rate(splitVital(vital, part));
      }
    }
    return rates;
  }

  /** From the acceptance of a message by service to its first write by access; null when there was none lately. */
  latency(lane: Lane): Latency | null {
    return latencyOf(mergeBuckets(this.#live().map((process) => process.counted(splitVital('delay', lane)))));
  }

  /** The busiest rooms of all dispatch processes, busiest first. */
  busiestRooms(limit: number): readonly RatedRoom[] {
    const perRoom = new Map<string, number>();
    for (const { roomId, messagesPerSec } of this.#live().flatMap((process) => process.rooms)) {
      // Two processes name a room only while it moves from one to the other.
      perRoom.set(roomId, Math.max(messagesPerSec, perRoom.get(roomId) ?? 0));
    }
    return [...perRoom]
      .map(([roomId, messagesPerSec]) => ({ roomId, messagesPerSec }))
      .toSorted((one, other) => other.messagesPerSec - one.messagesPerSec)
      .slice(0, limit);
  }

  #live(): ProcessVitals[] {
    this.#expire();
    return [...this.#processes.values()];
  }

  #expire(): void {
    const oldestMs = this.#clock.monotonic() - EXPIRY_MS;
    for (const [name, { heardAtMs }] of this.#processes) if (heardAtMs < oldestMs) this.#processes.delete(name);
  }
}

function keyOf({ tiers, name }: ProcessVitals): string {
  return `${tiers.join()} ${name}`;
}
