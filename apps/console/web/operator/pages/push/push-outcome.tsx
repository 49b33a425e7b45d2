import type { PushAnswer } from '../../api/answers.ts';
import type { ApiAnswer } from '../../api/ask.ts';
import { indented } from '../../state/json-text.ts';
import { hashOf } from '../../state/route.ts';
import { format, text } from '../../text/text.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, Empty } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FaultNote } from '../../ui/fault-note.tsx';
import { TraceTimeline } from '../trace/trace-timeline.tsx';
import { DeliveryStatus } from './delivery-status.tsx';

/** One push that was made, with all there is to see of it. */
export interface PushMade {
  readonly request: string;
  readonly answer: ApiAnswer<PushAnswer>;
  readonly tookMs: number;
  readonly isAcked: boolean;
  readonly isTraced: boolean;
}

export interface PushOutcomeProps {
  /** What would be sent now; empty while the payload is no JSON. */
  readonly request: string;
  readonly made: PushMade | undefined;
}

/** The request as it is sent, the answer, and what becomes of the message. */
export function PushOutcome({ request, made }: PushOutcomeProps) {
  const t = text.value.push;
  return (
    <div class="split-side">
      {made !== undefined && <Response made={made} />}
      <Card title={t.request} aside={request !== '' && <CopyButton value={indented(request)} />}>
        <p class="http-line">
          <code>POST /v1/push</code>
        </p>
        <pre class="code" tabIndex={0} aria-label={t.request}>
          {request === '' ? '…' : indented(request)}
        </pre>
        {made === undefined && <Empty>{t.none}</Empty>}
      </Card>
    </div>
  );
}

function Response({ made }: { readonly made: PushMade }) {
  const t = text.value.push;
  const { answer, tookMs, isAcked, isTraced } = made;
  const tone = answer.ok ? 'good' : 'bad';
  const status = answer.ok ? answer.status : answer.fault.status;
  return (
    <Card
      title={t.response}
      testId="push-response"
      aside={
        <>
          <Badge tone={tone}>{status === 0 ? '–' : status}</Badge>
          <span class="quiet">{t.tookMs(format.value.duration(tookMs))}</span>
        </>
      }
    >
      {answer.ok ? (
        <>
          <pre class="code is-short" tabIndex={0} aria-label={t.response}>
            {JSON.stringify(answer.body, null, 2)}
          </pre>
          <h3 class="card-part">{t.status}</h3>
          {isAcked ? (
            <DeliveryStatus key={answer.body.messageId} messageId={answer.body.messageId} />
          ) : (
            <p class="quiet">{t.noStatus}</p>
          )}
          {isTraced && (
            <>
              <h3 class="card-part">{text.value.trace.timeline}</h3>
              <TraceTimeline key={answer.body.messageId} messageId={answer.body.messageId} isBrief />
              <p>
                <a href={hashOf('trace', answer.body.messageId)}>{t.openTrace}</a>
              </p>
            </>
          )}
        </>
      ) : (
        <FaultNote fault={answer.fault} tier="service" />
      )}
    </Card>
  );
}
