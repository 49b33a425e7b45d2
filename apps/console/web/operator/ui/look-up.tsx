import { parseId } from '@longwire/domain';
import { useEffect, useState } from 'preact/hooks';
import { text } from '../text/text.ts';
import { Field } from './field.tsx';

export interface LookUpProps {
  readonly label: string;
  readonly initial: string;
  readonly onLookUp: (id: string) => void;
  readonly testId?: string;
}

/** Asks for an id and hands on one that is well-formed. */
export function LookUp({ label, initial, onLookUp, testId }: LookUpProps) {
  const [id, setId] = useState(initial);
  const [isBad, setBad] = useState(false);
  useEffect(() => setId(initial), [initial]);
  const submit = (event: Event): void => {
    event.preventDefault();
    const trimmed = id.trim();
    const isId = parseId(trimmed) !== undefined;
    setBad(!isId);
    if (isId) onLookUp(trimmed);
  };
  return (
    <form class="look-up" role="search" onSubmit={submit} noValidate>
      <Field label={label} fault={isBad ? text.value.common.idRule : ''}>
        {(control) => (
          <input
            {...control}
            class="input is-code"
            value={id}
            autocomplete="off"
            spellcheck={false}
            maxLength={64}
            data-testid={testId}
            onInput={(event) => {
              setId(event.currentTarget.value);
              setBad(false);
            }}
          />
        )}
      </Field>
      <button type="submit" class="button is-primary">
        {text.value.common.lookUp}
      </button>
    </form>
  );
}
