import { say } from '../state/toasts.ts';
import { text } from '../text/text.ts';
import { Icon } from './icons.tsx';

/** Puts a text on the clipboard and says whether it did. */
export function CopyButton({ value, label }: { readonly value: string; readonly label?: string }) {
  const t = text.value.common;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      say('done', t.copied);
    } catch {
      // Refused by the browser, as on plain http of another host.
      say('failed', t.notCopied);
    }
  };
  return (
    <button type="button" class="button is-small" onClick={() => void copy()}>
      <Icon name="copy" />
      {label ?? t.copy}
    </button>
  );
}
