import { useEffect } from 'preact/hooks';
import { answers } from '../state/pk-state.ts';
import { isLive } from '../state/room-state.ts';
import {
  announceStreamer,
  challenge,
  findStreamers,
  practise,
  sentInvites,
  streamerFault,
  streamers,
} from '../state/streamers.ts';
import type { SentInvite } from '../state/streamers.ts';
import { language } from '../shared/language.ts';
import { text } from '../text/text.ts';
import { useSecondsUntil } from './use-seconds-until.ts';

const LOOK_EVERY_MS = 5_000;
/** The backend forgets who said nothing for half an hour, and everybody when it starts anew. */
const ANNOUNCE_EVERY_MS = 5 * 60_000;

/** What a streamer has beyond a viewer: whom to challenge, and how far each invite is. */
export function StreamerPanel() {
  const t = text.value;
  useEffect(() => {
    // A list that could not be read now is read again in a moment.
    const looking = setInterval(() => void findStreamers().catch(() => undefined), LOOK_EVERY_MS);
    const announcing = setInterval(announceStreamer, ANNOUNCE_EVERY_MS);
    return () => {
      clearInterval(looking);
      clearInterval(announcing);
    };
  }, []);
  return (
    <section class="streamer" data-testid="streamer-panel" aria-labelledby="streamer-title">
      <h2 id="streamer-title">{t.pkPanel}</h2>
      <p class="quiet">{streamers.value.length === 0 ? t.pkNobody : t.pkPanelAbout}</p>
      <div class="rivals">
        {streamers.value.slice(0, 4).map((streamer) => (
          <button
            key={streamer.userId}
            type="button"
            data-testid="pk-challenge"
            disabled={!isLive.value}
            onClick={() => void challenge(streamer)}
          >
            {t.pkChallenge(streamer.name)} <small>#{streamer.roomId}</small>
          </button>
        ))}
        <button type="button" class="ghost" disabled={!isLive.value} onClick={() => void practise()}>
          {t.pkPractise}
        </button>
      </div>
      <p class="fault" role="status">
        {streamerFault.value ?? ''}
      </p>
      {sentInvites.value.length > 0 && (
        <>
          <h3>{t.pkSent}</h3>
          <ol class="sent">
            {sentInvites.value.map((sent) => (
              <Sent key={sent.inviteId} sent={sent} />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function Sent({ sent }: { readonly sent: SentInvite }) {
  const t = text.value;
  const seconds = useSecondsUntil(sent.endsAtMs);
  const answer = answers.value[sent.inviteId] ?? (seconds > 0 ? 'open' : 'none');
  return (
    <li data-testid="sent-invite" data-status={sent.status} data-acked={sent.acked} data-answer={answer}>
      <p class="sent-head">
        <b>{t.pkTo(sent.to)}</b>
        <span class={`answer is-${answer}`}>{t.pkAnswered[answer]}</span>
      </p>
      <p class="quiet">
        {ackWords(sent)}
        {answer === 'open' && <span class="sent-left">{t.pkLeft(seconds)}</span>}
      </p>
    </li>
  );
}

function ackWords({ status, to, ackedAfterMs, attempts }: SentInvite): string {
  const t = text.value;
  switch (status) {
    case 'pending':
      return attempts === 0 ? t.pkStored : t.pkWaiting(attempts);
    case 'delivered':
      return t.pkAcked(to, Math.round(ackedAfterMs ?? 0).toLocaleString(language.value));
    case 'expired':
      return t.pkExpired;
  }
}
