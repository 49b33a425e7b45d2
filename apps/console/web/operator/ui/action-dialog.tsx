import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiAnswer, ApiFault, Tier } from '../api/ask.ts';
import { say } from '../state/toasts.ts';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { FaultNote } from './fault-note.tsx';

export interface ActionDialogProps<T> {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly confirm: string;
  readonly tier: Tier;
  /** It hurts others: the button says so by its colour. */
  readonly isDangerous?: boolean;
  readonly canConfirm?: boolean;
  readonly run: () => Promise<ApiAnswer<T>>;
  /** What to say once it is done. */
  readonly done: (body: T) => string;
  readonly onDone?: (body: T) => void;
  readonly onClose: () => void;
}

/** Asks for what an action needs, runs it, and says what it did, or stays open and says why not. */
export function ActionDialog<T>(props: ActionDialogProps<T>) {
  const { title, children, confirm, tier, isDangerous = false, canConfirm = true, run, done, onDone, onClose } = props;
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiFault | undefined>();

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!canConfirm || isBusy) return;
    setBusy(true);
    setFault(undefined);
    const answer = await run();
    setBusy(false);
    if (!answer.ok) return setFault(answer.fault);
    say('done', done(answer.body));
    onDone?.(answer.body);
    onClose();
  };

  return (
    <Dialog title={title} onClose={onClose} testId="action-dialog">
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        {children}
        {fault !== undefined && <FaultNote fault={fault} tier={tier} />}
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={onClose}>
            {text.value.common.cancel}
          </button>
          <button
            type="submit"
            class={isDangerous ? 'button is-danger' : 'button is-primary'}
            disabled={!canConfirm || isBusy}
            data-testid="confirm"
          >
            {confirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
