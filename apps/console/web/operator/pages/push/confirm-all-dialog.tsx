import { text } from '../../text/text.ts';
import { Dialog } from '../../ui/dialog.tsx';

/** A push to everybody reaches everybody: asked before it is made. */
export function ConfirmAllDialog({
  onConfirm,
  onClose,
}: {
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  const t = text.value;
  const confirm = (): void => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog title={t.push.allTitle} onClose={onClose} testId="action-dialog">
      <p>{t.push.allBody}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={onClose}>
          {t.common.cancel}
        </button>
        <button type="button" class="button is-danger" onClick={confirm} data-testid="confirm">
          {t.push.submit}
        </button>
      </div>
    </Dialog>
  );
}
