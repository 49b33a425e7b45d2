import type { Lane, MessageId, Target } from '@longwire/domain';
import type { Span, Trace } from './trace-store.ts';

/** A target with very many ids is not repeated in each trace. */
const MAX_TARGET_CHARS = 2048;

/** A target as the push API takes it, read from JSON. */
type TargetView =
  | { kind: 'user'; userIds: string[] }
  | { kind: 'device'; deviceIds: string[] }
  | { kind: 'room'; roomId: string }
  | { kind: 'zone'; zoneId: string }
  | { kind: 'all' };

/** A trace as it is told. */
export interface TraceView {
  readonly messageId: string;
  readonly target: TargetView | null;
  readonly lane: Lane;
  readonly acceptedAt: number | null;
  readonly spans: Span[];
  readonly isCut: boolean;
}

/** The target as it travels with the span `accepted`; absent when it is too long. */
export function targetText(target: Target): { readonly target?: string } {
  const text = JSON.stringify(target);
  return text.length > MAX_TARGET_CHARS ? {} : { target: text };
}

export function toTraceView(messageId: MessageId, { lane, spans, isCut }: Trace): TraceView {
  const accepted = spans.find(({ stage }) => stage === 'accepted');
  const text = accepted?.detail['target'];
  return {
    messageId,
    target: typeof text === 'string' ? (JSON.parse(text) as TargetView) : null,
    lane,
    acceptedAt: accepted?.at ?? null,
    spans: spans.map(withoutTarget),
    isCut,
  };
}

function withoutTarget(span: Span): Span {
  const { target: _told, ...detail } = span.detail;
  return { ...span, detail };
}
