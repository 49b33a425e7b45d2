import { useEffect, useRef } from 'preact/hooks';
import { answerInvite, dropInvite, invites } from '../state/pk-state.ts';
import type { Invite } from '../state/pk-state.ts';
import { isLive } from '../state/room-state.ts';
import { view } from '../state/streamers.ts';
import { text } from '../text/text.ts';
import { useSecondsUntil } from './use-seconds-until.ts';

/** The invite that came first and is still open; the others wait behind it. */
export function PkInvite() {
  const [invite] = invites.value;
  return invite === undefined ? null : <Card key={invite.inviteId} invite={invite} />;
}

function Card({ invite }: { readonly invite: Invite }) {
  const t = text.value;
  const seconds = useSecondsUntil(invite.endsAtMs);
  const dialog = useRef<HTMLDialogElement>(null);
  const bar = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = dialog.current;
    // A streamer is asked and keyboard focus stays with the question; a viewer goes on writing beside it.
    if (view.peek() === 'streamer') element?.showModal();
    else if (element !== null) element.open = true;
  }, []);
  useEffect(() => {
    const leftMs = Math.max(0, invite.endsAtMs - performance.now());
    const startAt = Math.min(1, leftMs / invite.answerMs);
    bar.current?.animate([{ transform: `scaleX(${startAt})` }, { transform: 'scaleX(0)' }], {
      duration: leftMs,
      fill: 'forwards',
    });
    const timer = setTimeout(() => dropInvite(invite.inviteId), leftMs);
    return () => clearTimeout(timer);
  }, [invite]);

  const answer = (accepted: boolean) => () => answerInvite(invite, accepted);
  return (
    <dialog
      class="pk"
      data-testid="pk-invite"
      ref={dialog}
      role="alertdialog"
      aria-labelledby="pk-title"
      aria-describedby="pk-body"
      onCancel={answer(false)}
    >
      <div class="pk-mark" aria-hidden="true">
        <span>P</span>
        <span>K</span>
      </div>
      <div class="pk-words">
        <h2 id="pk-title">{t.pkTitle}</h2>
        <p id="pk-body">{t.pkBody(invite.rival)}</p>
        <p class="quiet" data-testid="pk-countdown">
          {t.pkLeft(seconds)}
        </p>
      </div>
      <div class="pk-actions">
        <button type="button" class="primary" data-testid="pk-accept" disabled={!isLive.value} onClick={answer(true)}>
          {t.accept}
        </button>
        <button type="button" class="ghost" data-testid="pk-decline" disabled={!isLive.value} onClick={answer(false)}>
          {t.decline}
        </button>
      </div>
      <div class="pk-time" ref={bar} />
    </dialog>
  );
}
