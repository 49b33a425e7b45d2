import type { Clock, Lane } from '@longwire/domain';
import { LANES } from '@longwire/domain';
import { Lane as WireLane, TraceSpans } from '@longwire/protos/bus/v1';
import type { TraceSpan } from '@longwire/protos/bus/v1';
import { TRACE_STAGES } from '@longwire/vitals';
import type { TraceStage } from '@longwire/vitals';

/** Messages whose traces are kept: half of them for each lane, so that a flood of one leaves the other's alone. */
export const MAX_TRACES = 2000;
export const MAX_SPANS = 64;
export const KEEP_MS = 600_000;
const PER_LANE = MAX_TRACES / LANES.length;

export interface Span {
  readonly stage: TraceStage;
  readonly at: number;
  readonly process: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

export interface Trace {
  readonly lane: Lane;
  /** In the order of their times. */
  readonly spans: readonly Span[];
  /** There were more than are kept. */
  readonly isCut: boolean;
}

interface Kept {
  readonly untilMs: number;
  readonly lane: Lane;
  readonly spans: Span[];
  isCut: boolean;
}

const STAGES: ReadonlyMap<string, TraceStage> = new Map(TRACE_STAGES.map((stage) => [stage, stage]));

/** What processes have said of traced messages. Bounded by messages, spans and time; the oldest go first. */
export class TraceStore {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #lanes: Readonly<Record<Lane, Map<string, Kept>>> = { express: new Map(), bulk: new Map() };

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  get size(): number {
    return LANES.reduce((sum, lane) => sum + this.#lanes[lane].size, 0);
  }

  /** Takes one TraceSpans; throws when the bytes are none. */
  take(payload: Uint8Array): void {
    const { process, spans } = TraceSpans.decode(payload);
    for (const span of spans) {
      const stage = STAGES.get(span.stage);
      // Of a version that knows more stages.
      if (stage !== undefined) this.#add(process, span, stage);
    }
  }

  find(messageId: string): Trace | undefined {
    for (const lane of LANES) {
      const kept = this.#lanes[lane].get(messageId);
      if (kept === undefined || kept.untilMs <= this.#clock.monotonic()) continue;
      return { lane, spans: kept.spans.toSorted(inTime), isCut: kept.isCut };
    }
    return undefined;
  }

  #add(process: string, { messageId, lane, atMs, numbers, texts }: TraceSpan, stage: TraceStage): void {
    const kept = this.#keptOf(messageId, lane === WireLane.EXPRESS ? 'express' : 'bulk');
    if (kept.spans.length >= MAX_SPANS) kept.isCut = true;
    else kept.spans.push({ stage, at: atMs, process, detail: { ...numbers, ...texts } });
  }

  #keptOf(messageId: string, lane: Lane): Kept {
    const traces = this.#lanes[lane];
    const known = traces.get(messageId);
    if (known !== undefined) return known;
    const nowMs = this.#clock.monotonic();
    for (const [oldest, { untilMs }] of traces) {
      if (traces.size < PER_LANE && untilMs > nowMs) break;
      traces.delete(oldest);
    }
    const kept: Kept = { untilMs: nowMs + KEEP_MS, lane, spans: [], isCut: false };
    traces.set(messageId, kept);
    return kept;
  }
}

/** Clocks of processes differ by some ms: at the same time, the order of the way. */
function inTime(one: Span, other: Span): number {
  return one.at - other.at || TRACE_STAGES.indexOf(one.stage) - TRACE_STAGES.indexOf(other.stage);
}
