import { goTo, route } from '../state/route.ts';
import { text } from '../text/text.ts';
import { Card, Empty } from '../ui/card.tsx';
import { LookUp } from '../ui/look-up.tsx';
import { TraceTimeline } from './trace/trace-timeline.tsx';

/** Where one message was, and when. */
export function TracePage() {
  const t = text.value.trace;
  const { id } = route.value;
  return (
    <>
      <section class="card">
        <LookUp label={t.lookUp} initial={id} onLookUp={(messageId) => goTo('trace', messageId)} testId="message-id" />
      </section>
      {id === '' ? (
        <section class="card">
          <Empty>{t.pick}</Empty>
        </section>
      ) : (
        <Card title={t.timeline} aside={<code>{id}</code>}>
          <TraceTimeline key={id} messageId={id} />
        </Card>
      )}
    </>
  );
}
