import { text } from '../../text/text.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** Shows a new key this once. Escape does not close it: a slip must not lose the key. */
export function ShownOnceDialog({ apiKey, onClose }: { readonly apiKey: string; readonly onClose: () => void }) {
  const t = text.value.keys;
  return (
    <Dialog title={t.shownTitle} onClose={onClose} isLight={false} testId="shown-once">
      <p>{t.shownBody}</p>
      <pre class="code is-key" tabIndex={0} aria-label={text.value.signIn.key} data-testid="new-api-key">
        {apiKey}
      </pre>
      <div class="dialog-buttons">
        <CopyButton value={apiKey} />
        <button type="button" class="button is-primary" onClick={onClose} data-testid="key-copied">
          {t.done}
        </button>
      </div>
    </Dialog>
  );
}
