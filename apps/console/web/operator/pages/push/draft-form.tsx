import { draftFor, isPersonal, TARGET_KINDS } from '../../state/push-draft.ts';
import type { DraftFault, PushDraft } from '../../state/push-draft.ts';
import { text } from '../../text/text.ts';
import { Card } from '../../ui/card.tsx';
import { Field } from '../../ui/field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { wordsOf } from './fault-words.ts';
import { PayloadEditor } from './payload-editor.tsx';

const LANES = ['bulk', 'express'] as const;

export interface DraftFormProps {
  readonly draft: PushDraft;
  readonly fault: DraftFault | undefined;
  readonly isBusy: boolean;
  readonly onDraft: (draft: PushDraft) => void;
  readonly onSubmit: () => void;
}

/** Everything a push can say, as fields. */
export function DraftForm(props: DraftFormProps) {
  const { draft, fault, isBusy, onDraft, onSubmit } = props;
  const t = text.value.push;
  const kinds = TARGET_KINDS.map((value) => ({ value, label: t.kinds[value] }));
  return (
    <Card title={t.target}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Segments
          label={t.target}
          options={kinds}
          value={draft.kind}
          onChange={(kind) => onDraft(draftFor(draft, kind))}
          testId="target-kind"
        />
        {draft.kind !== 'all' && (
          <Field
            label={t.ids[draft.kind]}
            hint={isPersonal(draft.kind) ? t.idsHint : undefined}
            fault={wordsOf(fault, 'ids')}
          >
            {(control) => (
              <input
                {...control}
                class="input is-code"
                value={draft.ids}
                autocomplete="off"
                spellcheck={false}
                data-testid="target-ids"
                onInput={(event) => onDraft({ ...draft, ids: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
        <Delivery {...props} />
        <PayloadEditor
          payload={draft.payload}
          fault={wordsOf(fault, 'payload')}
          onPayload={(payload) => onDraft({ ...draft, payload })}
        />
        <button type="submit" class="button is-primary is-large" disabled={isBusy} data-testid="push">
          {isBusy ? t.busy : t.submit}
        </button>
      </form>
    </Card>
  );
}

function Delivery({ draft, fault, onDraft }: DraftFormProps) {
  const t = text.value.push;
  const personal = isPersonal(draft.kind);
  const canAck = personal && draft.lane === 'express';
  return (
    <>
      <div class="form-row">
        <div class="field">
          <span class="field-label" aria-hidden="true">
            {t.lane}
          </span>
          <Segments
            label={t.lane}
            options={LANES.map((value) => ({ value, label: t.lanes[value] }))}
            value={draft.lane}
            onChange={(lane) => onDraft({ ...draft, lane, isAcked: personal && lane === 'express' })}
          />
        </div>
        <Field label={t.ttl} fault={wordsOf(fault, 'ttlSeconds')}>
          {(control) => (
            <input
              {...control}
              class="input"
              inputMode="decimal"
              value={draft.ttlSeconds}
              disabled={!draft.isAcked}
              onInput={(event) => onDraft({ ...draft, ttlSeconds: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <Field label={t.idempotency} hint={t.idempotencyHint} fault={wordsOf(fault, 'idempotencyKey')}>
        {(control) => (
          <input
            {...control}
            class="input is-code"
            value={draft.idempotencyKey}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => onDraft({ ...draft, idempotencyKey: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="checks">
        <label class="check">
          <input
            type="checkbox"
            checked={draft.isAcked}
            disabled={!canAck}
            onChange={(event) => onDraft({ ...draft, isAcked: event.currentTarget.checked })}
          />
          {t.ack}
          {!personal && <span class="quiet">{t.ackOnly}</span>}
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={draft.isTraced}
            onChange={(event) => onDraft({ ...draft, isTraced: event.currentTarget.checked })}
          />
          {t.trace}
        </label>
      </div>
    </>
  );
}
