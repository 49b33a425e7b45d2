import type { ClientEvent } from '@longwire/domain';

/** Events in the order of the log. */
export interface EventBatch {
  readonly events: readonly ClientEvent[];
  /** Events before these are no longer kept and were never passed on. */
  readonly isGap: boolean;
}

/** Somewhere outside that client events are passed on to. */
export interface EventSink {
  /** Names its lease, its cursor and its metrics: `webhook`, `subject`. */
  readonly name: string;
  /** Most events of a batch. */
  readonly maxEvents: number;
  /** Resolves when all of the batch is taken; a batch it rejects for is handed over again. Ends soon after the signal. */
  deliver(batch: EventBatch, signal: AbortSignal): Promise<void>;
}
