import type { SpanView, TraceView } from '@longwire/domain';

/** One span of a trace with its place on the line from the first to the last. */
export interface TraceStep {
  readonly span: SpanView;
  /** Since the message was accepted; negative where clocks of processes differ. */
  readonly afterMs: number;
  /** 0 to 1. */
  readonly place: number;
  /** `recipients 2`, one a field. */
  readonly facts: readonly string[];
}

type Spans = Pick<TraceView, 'acceptedAt' | 'spans'>;

/** The spans of a trace in order of their time. */
export function stepsOf({ acceptedAt, spans }: Spans): readonly TraceStep[] {
  const sorted = spans.toSorted((a, b) => a.at - b.at);
  const { from, first, last } = rangeOf({ acceptedAt, spans });
  const widthMs = Math.max(1, last - first);
  return sorted.map((span) => ({
    span,
    afterMs: span.at - from,
    place: (span.at - first) / widthMs,
    facts: factsOf(span),
  }));
}

/** From accepted to the last span. */
export function totalMsOf(trace: Spans): number {
  const { from, last } = rangeOf(trace);
  return last - from;
}

/** `from` is when it was accepted, or the first span where the word of that was lost. */
function rangeOf({ acceptedAt, spans }: Spans) {
  const times = [...spans.map(({ at }) => at), ...(acceptedAt === null ? [] : [acceptedAt])];
  if (times.length === 0) return { from: 0, first: 0, last: 0 };
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return { from: acceptedAt ?? first, first, last };
}

function factsOf({ detail }: SpanView): readonly string[] {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${textOf(value)}`);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Whom a message was for, in a few words. */
export function targetText(target: TraceView['target']): string {
  if (target === null) return '';
  const { kind, ...rest } = target;
  const ids = Object.values(rest).flat().map(String);
  const named = ids.length > 3 ? `${ids.slice(0, 3).join(', ')} +${ids.length - 3}` : ids.join(', ');
  return `${String(kind)} ${named}`.trim();
}
