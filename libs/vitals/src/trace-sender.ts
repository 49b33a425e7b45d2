import type { Bus, Clock, Timer } from '@longwire/domain';
import type { TraceSpan } from '@longwire/protos/bus/v1';
import { Lane, TraceSpans } from '@longwire/protos/bus/v1';
import type { TraceNote } from './trace-stages.ts';

/** Spans of one process in a second: more are dropped and counted, so that tracing never becomes the load. */
export const MAX_SPANS_PER_SEC = 500;
const SECOND_MS = 1000;
const GATHER_MS = 50;
const MAX_GATHERED = 64;

export type SpanOutcome = 'sent' | 'dropped';

export interface TraceSenderOptions {
  /** Name of the process. */
  readonly process: string;
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly onSpans: (outcome: SpanOutcome, count: number) => void;
}

/** Where a process says which stages traced messages have passed. */
export interface TraceSink {
  /** Never waits, never throws. */
  note(span: TraceNote): void;
}

/**
 * Publishes spans in small batches: at most once, and at most {@link MAX_SPANS_PER_SEC}. Holds at most 64 spans, for at
 * most 50 ms. Callers ask only for messages that are traced: for all others there is nothing to pay here.
 */
export class TraceSender implements TraceSink {
  readonly #options: TraceSenderOptions;
  #gathered: TraceSpan[] = [];
  #timer: Timer | undefined;
  #secondEndsAt = Number.NEGATIVE_INFINITY;
  #left = 0;

  constructor(options: TraceSenderOptions) {
    this.#options = options;
  }

  note(span: TraceNote): void {
    const { clock, onSpans } = this.#options;
    if (!this.#mayNote()) {
      onSpans('dropped', 1);
      return;
    }
    this.#gathered.push(toWire(span, clock));
    if (this.#gathered.length >= MAX_GATHERED) this.flush();
    else this.#timer ??= clock.after(GATHER_MS, () => this.flush());
  }

  /** Sends what is gathered. */
  flush(): void {
    const { bus, process, onSpans } = this.#options;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#gathered.length === 0) return;
    const spans = this.#gathered;
    this.#gathered = [];
    const outcome = bus.publish({ kind: 'trace' }, TraceSpans.encode({ process, spans }).finish());
    onSpans(outcome === 'sent' ? 'sent' : 'dropped', spans.length);
  }

  #mayNote(): boolean {
    const nowMs = this.#options.clock.monotonic();
    if (nowMs >= this.#secondEndsAt) {
      this.#secondEndsAt = nowMs + SECOND_MS;
      this.#left = MAX_SPANS_PER_SEC;
    }
    this.#left -= 1;
    return this.#left >= 0;
  }
}

function toWire({ messageId, lane, stage, atMs, numbers = {}, texts = {} }: TraceNote, clock: Clock): TraceSpan {
  return {
    messageId,
    lane: lane === 'express' ? Lane.EXPRESS : Lane.BULK,
    stage,
    atMs: atMs ?? clock.now(),
    numbers: { ...numbers },
    texts: { ...texts },
  };
}
