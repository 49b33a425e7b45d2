import { AppError } from '@longwire/domain';
import type { SubjectLine } from '@longwire/domain';
import { toBusiness } from '../events/to-business.ts';
import type { EventSink } from './event-sink.ts';

const MAX_EVENTS = 500;
const encoder = new TextEncoder();

/**
 * Publishes one message of plain JSON per event, and `{"type":"gap"}` where events are missing. A batch counts as passed on
 * when the server has all of it; whoever needs it stored has a stream of their own listen to the subject.
 */
export function createSubjectSink(line: SubjectLine, subject: string): EventSink {
  const publish = (value: unknown): void => {
    if (line.publishTo(subject, encoder.encode(JSON.stringify(value))) === 'sent') return;
    throw new AppError('bus-unavailable', 'The events could not be published');
  };
  return {
    name: 'subject',
    maxEvents: MAX_EVENTS,
    async deliver({ events, isGap }) {
      if (isGap) publish({ type: 'gap' });
      for (const event of events) publish(toBusiness(event));
      await line.flush();
    },
  };
}
