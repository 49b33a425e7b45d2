import { useEffect, useRef, useState } from 'preact/hooks';
import { MAX_TEXT_CHARS } from '../state/join-request.ts';
import { line, say } from '../state/room-store.ts';
import { text } from '../text/text.ts';

/** Where one writes. What is refused comes back into the field, with the reason. */
export function Composer() {
  const t = text.value;
  const [draft, setDraft] = useState('');
  const [fault, setFault] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const isLive = line.value?.kind === 'live';

  useEffect(() => {
    // On a touch screen the keyboard would cover half the room before one has seen it.
    if (matchMedia('(pointer: fine)').matches) input.current?.focus({ preventScroll: true });
  }, []);

  const submit = (event: Event): void => {
    event.preventDefault();
    const words = input.current?.value.trim() ?? '';
    if (words === '' || line.peek()?.kind !== 'live') return;
    setDraft('');
    setFault('');
    void say(words).then((outcome) => {
      if (outcome.ok) return;
      setFault(t.notSent(outcome.reason));
      setDraft((present) => (present === '' ? words : present));
    });
  };

  return (
    <form class="composer" onSubmit={submit}>
      <input
        ref={input}
        data-testid="composer"
        value={draft}
        onInput={(event) => setDraft(event.currentTarget.value)}
        maxLength={MAX_TEXT_CHARS}
        placeholder={t.say}
        aria-label={t.say}
        autocomplete="off"
        enterkeyhint="send"
      />
      <button class="primary" type="submit" data-testid="send-button" disabled={!isLive || draft.trim() === ''}>
        {t.send}
      </button>
      <p class="fault" role="alert">
        {fault}
      </p>
    </form>
  );
}
