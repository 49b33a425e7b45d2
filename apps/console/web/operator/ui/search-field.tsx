import { Field } from './field.tsx';

export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

/** A field that narrows what is shown as one types. */
export function SearchField({ label, value, onInput }: SearchFieldProps) {
  return (
    <Field label={label} isLabelHidden>
      {(control) => (
        <input
          {...control}
          type="search"
          class="input is-search"
          placeholder={label}
          value={value}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
