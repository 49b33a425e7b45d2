import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { text } from '../text/text.ts';
import { Icon } from './icons.tsx';

export interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Escape, the cross, a click beside it. */
  readonly onClose: () => void;
  /** False for what must not be lost by a slip: it closes by its own buttons alone. */
  readonly isLight?: boolean;
  readonly testId?: string;
}

/** Asks something before anything else goes on. The browser keeps the focus inside and gives it back after. */
export function Dialog({ title, children, onClose, isLight = true, testId }: DialogProps) {
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={id}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        if (isLight) onClose();
      }}
      onClick={(event) => {
        if (isLight && event.target === element.current) onClose();
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          {isLight && (
            <button type="button" class="icon-button" aria-label={text.value.common.close} onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
