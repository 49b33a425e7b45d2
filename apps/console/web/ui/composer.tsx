import { useEffect, useRef, useState } from 'preact/hooks';
import { MAX_TEXT_CHARS } from '../state/join-request.ts';
import { isLive } from '../state/room-state.ts';
import { say } from '../state/speak.ts';
import { text } from '../text/text.ts';
import { GiftTray } from './gift-tray.tsx';

/** Where one writes. What is said stands in the room at once; the chat tells when it was refused. */
export function Composer() {
  const t = text.value;
  const [draft, setDraft] = useState('');
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    // On a touch screen the keyboard would cover half the room before one has seen it.
    if (matchMedia('(pointer: fine)').matches) input.current?.focus({ preventScroll: true });
  }, []);

  const submit = (event: Event): void => {
    event.preventDefault();
    const words = input.current?.value.trim() ?? '';
    if (words === '' || !isLive.peek()) return;
    setDraft('');
    say(words);
  };

  return (
    <div class="composer">
      <form onSubmit={submit}>
        <input
          ref={input}
          id="composer"
          data-testid="composer"
          value={draft}
          onInput={(event) => setDraft(event.currentTarget.value)}
          maxLength={MAX_TEXT_CHARS}
          placeholder={t.say}
          aria-label={t.say}
          autocomplete="off"
          enterkeyhint="send"
        />
        <button class="primary" type="submit" data-testid="send-button" disabled={!isLive.value || draft.trim() === ''}>
          {t.send}
        </button>
      </form>
      <GiftTray />
    </div>
  );
}
