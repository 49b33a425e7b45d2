import { useEffect, useRef } from 'preact/hooks';
import { answerInvite, dropInvite, invites, line } from '../state/room-store.ts';
import type { Invite } from '../state/room-store.ts';
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
  const bar = useRef<HTMLDivElement>(null);
  const isLive = line.value?.kind === 'live';

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

  return (
    <div class="pk" data-testid="pk-invite" role="alertdialog" aria-labelledby="pk-title" aria-describedby="pk-body">
      <div class="pk-mark" aria-hidden="true">
        <span>P</span>
        <span>K</span>
      </div>
      <div class="pk-words">
        <h2 id="pk-title">{t.pkTitle}</h2>
        <p id="pk-body">{t.pkBody(invite.rival)}</p>
        <p class="quiet">{t.pkLeft(seconds)}</p>
      </div>
      <div class="pk-actions">
        <button type="button" class="primary" disabled={!isLive} onClick={() => answerInvite(invite, true)}>
          {t.accept}
        </button>
        <button type="button" class="ghost" disabled={!isLive} onClick={() => answerInvite(invite, false)}>
          {t.decline}
        </button>
      </div>
      <div class="pk-time" ref={bar} />
    </div>
  );
}
