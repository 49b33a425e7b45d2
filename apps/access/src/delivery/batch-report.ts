import type { Clock } from '@longwire/domain';
import type { TraceSink } from '@longwire/vitals';
import type { AccessMetrics } from '../metrics.ts';
import { emptyTally } from '../room/fan-out.ts';
import type { FanOutTally } from '../room/fan-out.ts';
import { noteWritten, observeDelay } from './arrived.ts';
import { settleFanOut } from './fan-out-settler.ts';
import type { BatchObserver } from './room-pacer.ts';

export interface BatchFacts {
  /** In each frame of it. */
  readonly messages: number;
  /** Undefined when it was sent again. */
  readonly acceptedAtMs?: number | undefined;
  readonly tracedIds?: readonly string[] | undefined;
}

interface ReportSinks {
  readonly metrics: AccessMetrics;
  readonly clock: Clock;
  readonly traces: TraceSink;
}

/** Counts what became of one room batch: its delay at the first write, all else once, when it is written to the last. */
export class BatchReport implements BatchObserver {
  readonly #facts: BatchFacts;
  readonly #sinks: ReportSinks;

  constructor(facts: BatchFacts, sinks: ReportSinks) {
    this.#facts = facts;
    this.#sinks = sinks;
  }

  onBegun(): void {
    observeDelay('bulk', this.#facts.acceptedAtMs, this.#sinks);
  }

  onWritten(tally: FanOutTally): void {
    const { messages, tracedIds } = this.#facts;
    settleFanOut(tally, { lane: 'bulk', messages }, this.#sinks.metrics);
    if (tracedIds !== undefined) noteWritten(this.#sinks.traces, tracedIds, { lane: 'bulk', tally });
  }

  onShed(listeners: number): void {
    const { metrics, traces } = this.#sinks;
    metrics.shed.inc({ reason: 'pacer' }, listeners);
    const { tracedIds } = this.#facts;
    if (tracedIds !== undefined)
      noteWritten(traces, tracedIds, { lane: 'bulk', tally: { ...emptyTally(), shed: listeners } });
  }
}
