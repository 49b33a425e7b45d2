export { createVitalsPublisher, VITALS_PERIOD_MS } from './vitals-publisher.ts';
export { readTier } from './read-tier.ts';
export { splitVital, TIERS, VITALS } from './vital-names.ts';
export { TRACE_STAGES } from './trace-stages.ts';
export { MAX_SPANS_PER_SEC, TraceSender } from './trace-sender.ts';

export type { TierSource, VitalsPublisherOptions } from './vitals-publisher.ts';
export type { TierTable, VitalSource } from './tier-table.ts';
export type { Tier, Vital } from './vital-names.ts';
export type { TraceNote, TraceStage } from './trace-stages.ts';
export type { SpanOutcome, TraceSenderOptions, TraceSink } from './trace-sender.ts';
