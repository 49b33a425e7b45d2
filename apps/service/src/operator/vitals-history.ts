import type { Clock, History, HistoryPoint, Lane } from '@longwire/domain';
import type { ClusterVitals } from './cluster-vitals.ts';
import type { Latency } from './latency.ts';

/** Points that are kept, one a second: 15 minutes. */
export const MAX_POINTS = 900;
/** A longer span is told in steps of {@link LONG_STEP_MS}. */
const LONG_SPAN_SECONDS = 300;
const STEP_MS = 1000;
const LONG_STEP_MS = 5000;

/** How the cluster was over the last minutes, as this process has seen it: it begins when the process does. */
export class VitalsHistory {
  readonly #vitals: Pick<ClusterVitals, 'sum' | 'rate' | 'latency'>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #points: HistoryPoint[] = [];

  constructor(vitals: Pick<ClusterVitals, 'sum' | 'rate' | 'latency'>, clock: Pick<Clock, 'now'>) {
    this.#vitals = vitals;
    this.#clock = clock;
  }

  /** To be called once a second. */
  note(): void {
    const latency = (lane: Lane): Latency | null => this.#vitals.latency(lane);
    const [bulk, express] = [latency('bulk'), latency('express')];
    this.#points.push({
      at: this.#clock.now(),
      connections: this.#vitals.sum('connections') ?? null,
      deliveriesPerSec: this.#vitals.rate('deliveries'),
      framesPerSec: this.#vitals.rate('frames'),
      bytesOutPerSec: this.#vitals.rate('bytes'),
      bulkP50: bulk?.p50 ?? null,
      bulkP99: bulk?.p99 ?? null,
      expressP50: express?.p50 ?? null,
      expressP99: express?.p99 ?? null,
    });
    if (this.#points.length > MAX_POINTS) this.#points.shift();
  }

  /** The last seconds, oldest first. Rates and latencies are means over several seconds: a step of 5 s loses no peak. */
  last(seconds: number): History {
    const points = this.#points.slice(-seconds);
    if (seconds <= LONG_SPAN_SECONDS) return { stepMs: STEP_MS, points };
    const every = LONG_STEP_MS / STEP_MS;
    const offset = (points.length - 1) % every;
    return { stepMs: LONG_STEP_MS, points: points.filter((_, index) => index % every === offset) };
  }
}
