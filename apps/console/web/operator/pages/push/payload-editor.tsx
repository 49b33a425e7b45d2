import { indented } from '../../state/json-text.ts';
import { TEMPLATES } from '../../state/push-draft.ts';
import type { TemplateName } from '../../state/push-draft.ts';
import { text } from '../../text/text.ts';
import { Field } from '../../ui/field.tsx';

export interface PayloadEditorProps {
  readonly payload: string;
  /** Why it is no payload; empty when it is one. */
  readonly fault: string;
  readonly onPayload: (payload: string) => void;
}

const NAMES = Object.keys(TEMPLATES) as readonly TemplateName[];

/** The payload as JSON text, checked as one types, with some to start from. */
export function PayloadEditor({ payload, fault, onPayload }: PayloadEditorProps) {
  const t = text.value.push;
  const format = (): void => {
    try {
      onPayload(indented(payload));
    } catch {
      // What is no JSON stays as it is; the line below the field says where it breaks.
    }
  };
  return (
    <div class="payload">
      <div class="payload-tools">
        <select
          class="input is-select is-small"
          aria-label={t.template}
          value=""
          onChange={(event) => {
            const name = NAMES.find((known) => known === event.currentTarget.value);
            if (name !== undefined) onPayload(JSON.stringify(TEMPLATES[name], null, 2));
          }}
        >
          <option value="">{t.template}…</option>
          {NAMES.map((name) => (
            <option key={name} value={name}>
              {t.templates[name]}
            </option>
          ))}
        </select>
        <button type="button" class="button is-small" disabled={fault !== ''} onClick={format}>
          {t.format}
        </button>
      </div>
      <Field label={t.payload} fault={fault} hint={t.valid}>
        {(control) => (
          <textarea
            {...control}
            class="input is-code is-editor"
            rows={9}
            value={payload}
            spellcheck={false}
            autocomplete="off"
            data-testid="payload"
            onInput={(event) => onPayload(event.currentTarget.value)}
          />
        )}
      </Field>
    </div>
  );
}
