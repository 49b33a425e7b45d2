import { dismiss, toasts } from '../state/toasts.ts';
import { text } from '../text/text.ts';
import { Icon } from './icons.tsx';

/** What was done a moment ago, read out as it comes. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
      {toasts.value.map(({ id, kind, text: said }) => (
        <div key={id} class={`toast is-${kind}`}>
          <span>{said}</span>
          <button type="button" class="icon-button" aria-label={text.value.common.dismiss} onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
