import { useId } from 'preact/hooks';

export interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly testId?: string;
}

/** One of a few, all in sight: radio buttons that look like one control. */
export function Segments<Value extends string>({ label, options, value, onChange, testId }: SegmentsProps<Value>) {
  const name = useId();
  return (
    <fieldset class="segments" data-testid={testId}>
      <legend class="unseen">{label}</legend>
      {options.map((option) => (
        <label key={option.value} class={option.value === value ? 'segment is-chosen' : 'segment'}>
          <input
            type="radio"
            class="unseen"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
