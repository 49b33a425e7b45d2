import { useState } from 'preact/hooks';
import { faultOf, MAX_NAME_CHARS } from '../state/join-request.ts';
import type { JoinRequest } from '../state/join-request.ts';
import { join } from '../state/room-store.ts';
import { text } from '../text/text.ts';

/** Asks for a room and a name; lies over the stage until one is in. */
export function JoinForm({ initial }: { readonly initial: JoinRequest }) {
  const [request, setRequest] = useState(initial);
  const [fault, setFault] = useState<keyof JoinRequest | undefined>();
  const t = text.value;

  const edit = (field: keyof JoinRequest) => (event: { currentTarget: HTMLInputElement }) => {
    setRequest({ ...request, [field]: event.currentTarget.value });
    setFault(undefined);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const trimmed = { roomId: request.roomId.trim(), name: request.name.trim() };
    const found = faultOf(trimmed);
    setFault(found);
    if (found === undefined) join(trimmed);
  };

  return (
    <form class="join" onSubmit={submit} noValidate>
      <h1>{t.joinTitle}</h1>
      <p class="quiet">{t.tagline}</p>
      <label>
        <span>{t.room}</span>
        <input
          data-testid="join-room"
          value={request.roomId}
          onInput={edit('roomId')}
          maxLength={64}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={fault === 'roomId'}
          aria-describedby={fault === 'roomId' ? 'join-fault' : undefined}
        />
      </label>
      <label>
        <span>{t.name}</span>
        <input
          data-testid="join-name"
          value={request.name}
          onInput={edit('name')}
          maxLength={MAX_NAME_CHARS}
          placeholder={t.namePlaceholder}
          autocomplete="nickname"
          autofocus
          aria-invalid={fault === 'name'}
          aria-describedby={fault === 'name' ? 'join-fault' : undefined}
        />
      </label>
      <p class="fault" id="join-fault" role="alert">
        {fault === undefined ? '' : fault === 'name' ? t.nameFault : t.roomFault}
      </p>
      <button class="primary" type="submit" data-testid="join-button">
        {t.join}
      </button>
    </form>
  );
}
