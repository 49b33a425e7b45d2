import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** Why the value does not fit; empty when it does. */
  readonly fault?: string | undefined;
  readonly isLabelHidden?: boolean;
  /** Gets what ties the control to its label, hint and fault. */
  readonly children: (control: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean;
  }) => ComponentChildren;
}

/** A control with its label, what it takes, and what is wrong with what it holds. */
export function Field({ label, hint, fault = '', isLabelHidden = false, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = fault === '' ? hint : fault;
  return (
    <div class="field">
      <label for={id} class={isLabelHidden ? 'unseen' : undefined}>
        {label}
      </label>
      {children({ id, 'aria-describedby': note === undefined ? undefined : noteId, 'aria-invalid': fault !== '' })}
      {note !== undefined && (
        <p id={noteId} class={fault === '' ? 'field-hint' : 'field-fault'}>
          {note}
        </p>
      )}
    </div>
  );
}
