import type { PayloadFault } from '../../state/json-text.ts';
import type { DraftFault } from '../../state/push-draft.ts';
import { format, text } from '../../text/text.ts';

/** What is wrong with a field of the draft, for people; empty when it is another field, or nothing. */
export function wordsOf(fault: DraftFault | undefined, field: DraftFault['field']): string {
  if (fault === undefined || fault.field !== field) return '';
  const t = text.value.push.faults;
  if (fault.field === 'payload') return payloadWords(fault.fault);
  if (fault.field === 'ttlSeconds') return t.ttl;
  if (fault.field === 'idempotencyKey') return t.idempotency;
  return fault.kind === 'bad' ? t.bad(fault.id) : t[fault.kind];
}

function payloadWords(fault: PayloadFault): string {
  const t = text.value.push.faults;
  if (fault.kind === 'too-large') return t['too-large'](format.value.bytes(fault.bytes));
  if (fault.kind !== 'syntax') return t[fault.kind];
  return fault.at === undefined ? t.syntaxSomewhere : t.syntax(fault.at.line, fault.at.column);
}
