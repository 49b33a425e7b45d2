import { globalNotice, pkOutcome, zoneNotice } from '../state/room-state.ts';
import { text } from '../text/text.ts';

/** What was pushed to the zone of the room: a ribbon across the stage. */
export function ZoneNotice() {
  const notice = zoneNotice.value;
  const t = text.value;
  return (
    <div role="status">
      {notice !== null && (
        <div class="zone-notice" data-testid="zone-notice" key={notice.key}>
          <b>{t.zone}</b>
          <span>{notice.text}</span>
        </div>
      )}
    </div>
  );
}

/** What was pushed to everybody: a banner above everything. */
export function GlobalNotice() {
  const notice = globalNotice.value;
  const t = text.value;
  return (
    <div role="alert">
      {notice !== null && (
        <div class="global-notice" data-testid="global-notice" key={notice.key}>
          <b>{t.announcement}</b>
          <span>{notice.text}</span>
          <button type="button" class="link" onClick={() => (globalNotice.value = null)}>
            {t.dismiss}
          </button>
        </div>
      )}
    </div>
  );
}

/** How a PK invite was answered; the chat of a busy room is too quick for it. */
export function PkOutcome() {
  const notice = pkOutcome.value;
  return (
    <div role="status">
      {notice !== null && (
        <p class="pk-outcome" data-testid="pk-outcome" key={notice.key}>
          <b aria-hidden="true">PK</b> {notice.text}
        </p>
      )}
    </div>
  );
}
