import { useState } from 'preact/hooks';
import type { PushAnswer } from '../api/answers.ts';
import { ask } from '../api/ask.ts';
import { bodyOf, draftFault, draftFor, NEW_DRAFT, TARGET_KINDS } from '../state/push-draft.ts';
import type { PushDraft } from '../state/push-draft.ts';
import { route } from '../state/route.ts';
import { say } from '../state/toasts.ts';
import { text } from '../text/text.ts';
import { reasonOf } from '../ui/fault-note.tsx';
import { ConfirmAllDialog } from './push/confirm-all-dialog.tsx';
import { DraftForm } from './push/draft-form.tsx';
import { PushOutcome } from './push/push-outcome.tsx';
import type { PushMade } from './push/push-outcome.tsx';

/** A message, pushed as a business backend does, and what becomes of it. */
export function PushPage() {
  const [draft, setDraft] = useState<PushDraft>(draftOfRoute);
  const [made, setMade] = useState<PushMade | undefined>();
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [areFaultsShown, setFaultsShown] = useState(false);
  /** Kept after a push that nobody answered: pushing again is then not a second message. */
  const [ownKey, setOwnKey] = useState(newKey);
  const fault = draftFault(draft);
  const request = fault?.field === 'payload' ? '' : bodyOf(draft, draft.idempotencyKey || ownKey);

  const push = async (): Promise<void> => {
    setBusy(true);
    const startedMs = performance.now();
    const path = draft.isTraced ? '/v1/push?trace=true' : '/v1/push';
    const answer = await ask<PushAnswer>('service', 'POST', path, { body: request });
    setBusy(false);
    setMade({
      request,
      answer,
      tookMs: performance.now() - startedMs,
      isAcked: draft.isAcked,
      isTraced: draft.isTraced || (draft.isAcked && draft.lane === 'express'),
    });
    const t = text.value;
    if (answer.ok) say('done', t.push.accepted(answer.body.messageId));
    else say('failed', t.common.failed(t.push.submit, reasonOf(answer.fault, 'service')));
    if (answer.ok || answer.fault.kind === 'refused') setOwnKey(newKey());
  };
  const submit = (): void => {
    setFaultsShown(true);
    if (fault !== undefined || isBusy) return;
    if (draft.kind === 'all') setAsking(true);
    else void push();
  };

  return (
    <div class="split is-even">
      <DraftForm
        draft={draft}
        fault={areFaultsShown || fault?.field === 'payload' ? fault : undefined}
        isBusy={isBusy}
        onDraft={setDraft}
        onSubmit={submit}
      />
      <PushOutcome request={request} made={made} />
      {isAsking && <ConfirmAllDialog onConfirm={() => void push()} onClose={() => setAsking(false)} />}
    </div>
  );
}

/** Other pages lead here with a target: `#/push?kind=room&ids=1000`. */
function draftOfRoute(): PushDraft {
  const { query } = route.peek();
  const kind = TARGET_KINDS.find((known) => known === query.get('kind'));
  return kind === undefined ? NEW_DRAFT : { ...draftFor(NEW_DRAFT, kind), ids: query.get('ids') ?? '' };
}

/** `randomUUID` exists on https and localhost alone; the console may run on plain http of a private network. */
function newKey(): string {
  return `console-${[...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
