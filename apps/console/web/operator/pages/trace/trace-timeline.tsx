import type { TraceView } from '@longwire/domain';
import { usePolled } from '../../state/polled.ts';
import { stepsOf, targetText, totalMsOf } from '../../state/trace-steps.ts';
import type { TraceStep } from '../../state/trace-steps.ts';
import { DASH } from '../../text/format.ts';
import { format, text } from '../../text/text.ts';
import { Empty, Loaded } from '../../ui/card.tsx';
import { Stat } from '../../ui/stat.tsx';

export interface TraceTimelineProps {
  readonly messageId: string;
  /** Beside a push: the steps alone. */
  readonly isBrief?: boolean;
}

/** The stages of a message in order of time, asked again as long as it is looked at. */
export function TraceTimeline({ messageId, isBrief = false }: TraceTimelineProps) {
  const t = text.value.trace;
  const polled = usePolled<TraceView>('service', `/v1/messages/${encodeURIComponent(messageId)}/trace`, 1_500);
  const isMissing = polled.fault?.status === 404;
  if (isMissing && polled.data === undefined) return <Empty>{t.missing(messageId)}</Empty>;
  // A trace that was there and has grown too old meanwhile is still worth looking at.
  const shown = isMissing ? { ...polled, fault: undefined } : polled;
  return (
    <Loaded polled={shown} tier="service" rows={6}>
      {(trace) => (
        <>
          {!isBrief && <Summary trace={trace} />}
          <ol class={isBrief ? 'timeline is-brief' : 'timeline'} data-testid="timeline">
            {stepsOf(trace).map((step, index) => (
              <Step key={`${step.span.stage}-${index}`} step={step} />
            ))}
          </ol>
          {trace.isCut && <p class="quiet">{t.cut}</p>}
        </>
      )}
    </Loaded>
  );
}

function Summary({ trace }: { readonly trace: TraceView }) {
  const t = text.value.trace;
  const { moment, clockMs, duration } = format.value;
  const { acceptedAt } = trace;
  return (
    <dl class="stats">
      <Stat
        label={t.accepted}
        value={acceptedAt === null ? DASH : clockMs(acceptedAt)}
        note={acceptedAt === null ? undefined : moment(acceptedAt)}
      />
      <Stat label={t.lane} value={text.value.push.lanes[trace.lane]} />
      <Stat label={t.target} value={targetText(trace.target) || t.unknownTarget} />
      <Stat label={t.total} value={duration(totalMsOf(trace))} />
    </dl>
  );
}

function Step({ step }: { readonly step: TraceStep }) {
  const { span, afterMs, place, facts } = step;
  const { duration, clockMs } = format.value;
  const sign = afterMs < 0 ? '−' : '+';
  return (
    <li class={`step is-${span.stage}`} data-stage={span.stage}>
      <span class="step-stage">{text.value.trace.stages[span.stage] ?? span.stage}</span>
      <code class="step-process">{span.process}</code>
      <span class="step-track" aria-hidden="true">
        <span class="step-dot" style={{ left: `${(place * 100).toFixed(2)}%` }} />
      </span>
      <span class="step-after">
        {sign}
        {duration(Math.abs(afterMs))}
      </span>
      <time class="step-time quiet" dateTime={new Date(span.at).toISOString()}>
        {clockMs(span.at)}
      </time>
      <span class="step-facts quiet">{facts.join(' · ')}</span>
    </li>
  );
}
