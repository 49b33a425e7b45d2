import type { LineState } from '../line/room-line.ts';
import { join, joined, line, retryNow } from '../state/room-store.ts';
import { text } from '../text/text.ts';
import { useSecondsUntil } from './use-seconds-until.ts';

/** Says how the connection is, and why; offers what can be done about it. */
export function ConnectionBadge() {
  const state = line.value;
  if (state === null) return null;
  return (
    <div class="badge" data-testid="connection-badge" data-state={state.kind} role="status">
      <i class="dot" aria-hidden="true" />
      <BadgeText state={state} />
    </div>
  );
}

function BadgeText({ state }: { readonly state: LineState }) {
  const t = text.value;
  switch (state.kind) {
    case 'connecting':
      return <span>{t.connecting}</span>;
    case 'live':
      return (
        <span>
          {t.live} <small>{state.nodeId}</small>
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

function Reconnecting({ reason, retryAtMs }: { readonly reason: string; readonly retryAtMs: number }) {
  const t = text.value;
  const seconds = useSecondsUntil(retryAtMs);
  return (
    <>
      <span>
        {t.reconnecting} {/* Read out every second it would be all one hears. */}
        <small title={reason} aria-hidden="true">
          {seconds > 0 ? t.retryIn(seconds) : reason}
        </small>
      </span>
      {seconds > 1 && (
        <button type="button" class="link" onClick={retryNow}>
          {t.retryNow}
        </button>
      )}
    </>
  );
}
