import { joined, link, missed, rttMs } from '../state/room-state.ts';
import type { LinkView } from '../state/room-state.ts';
import { join, retryNow } from '../state/room-store.ts';
import { language } from '../shared/language.ts';
import { text } from '../text/text.ts';
import { useSecondsUntil } from './use-seconds-until.ts';

/** Says how the connection is, and why; offers what can be done about it. */
export function ConnectionBadge() {
  const state = link.value;
  if (state === null) return null;
  return (
    <div class="badges">
      <Missed />
      <div class="badge" data-testid="connection-badge" data-state={state.kind}>
        <i class="dot" aria-hidden="true" />
        <BadgeText state={state} />
      </div>
      <p class="unseen" role="status">
        {text.value[state.kind]}
      </p>
    </div>
  );
}

function BadgeText({ state }: { readonly state: LinkView }) {
  const t = text.value;
  switch (state.kind) {
    case 'connecting':
      return <span>{t.connecting}</span>;
    case 'live':
      return (
        <span>
          {t.live} <LiveDetail nodeId={state.nodeId} />
        </span>
      );
    case 'resuming':
      return (
        <span>
          {t.resuming} <small>{t.resumingAbout}</small>
        </span>
      );
    case 'offline':
      return (
        <span>
          {t.offline} <small>{t.offlineAbout}</small>
        </span>
      );
    case 'reconnecting':
      return <Reconnecting reason={state.reason} retryAtMs={state.retryAtMs} />;
    case 'closed':
      return (
        <>
          <span>
            {t.closed} <small title={state.reason}>{state.reason}</small>
          </span>
          <button type="button" class="link" onClick={() => joined.value !== null && join(joined.value)}>
            {t.rejoin}
          </button>
        </>
      );
  }
}

/** Node and round trip; the second is known from the first heartbeat on. */
function LiveDetail({ nodeId }: { readonly nodeId: string }) {
  const rtt = rttMs.value;
  const shown = rtt === null ? '' : ` · ${rtt < 10 ? rtt.toFixed(1) : Math.round(rtt)} ms`;
  return (
    <small data-testid="link-detail" data-rtt={rtt ?? ''}>
      {text.value.liveAt(nodeId, shown)}
    </small>
  );
}

function Reconnecting({ reason, retryAtMs }: { readonly reason: string; readonly retryAtMs: number }) {
  const t = text.value;
  const seconds = useSecondsUntil(retryAtMs);
  return (
    <>
      <span>
        {t.reconnecting} <small title={reason}>{seconds > 0 ? t.retryIn(seconds) : t.retrying}</small>
      </span>
      {seconds > 1 && (
        <button type="button" class="link" onClick={retryNow}>
          {t.retryNow}
        </button>
      )}
    </>
  );
}

/** Stays until it is put away: what is gone for good should not be overlooked. */
function Missed() {
  const t = text.value;
  const count = missed.value;
  if (count === 0) return null;
  const words = Number.isFinite(count) ? t.missedCount(count.toLocaleString(language.value)) : t.missedUnknown;
  return (
    <button
      type="button"
      class="missed"
      data-testid="missed-count"
      data-count={count}
      title={t.missedAbout}
      aria-label={`${words}. ${t.dismiss}`}
      onClick={() => (missed.value = 0)}
    >
      {words} <span aria-hidden="true">✕</span>
    </button>
  );
}
