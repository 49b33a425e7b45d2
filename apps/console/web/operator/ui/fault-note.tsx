import type { ApiFault, Tier } from '../api/ask.ts';
import { text } from '../text/text.ts';

/** Why a call failed, in one sentence for people. */
export function reasonOf(fault: ApiFault, tier?: Tier): string {
  const t = text.value.state;
  if (fault.detail !== '') return fault.detail;
  if (fault.status === 0) return t.consoleAway;
  if (tier === undefined) return `${fault.status}`;
  return fault.kind === 'away' ? t.away(tier) : t.failed(tier);
}

export interface FaultNoteProps {
  readonly fault: ApiFault;
  readonly tier: Tier;
  readonly onRetry?: (() => void) | undefined;
}

/** Says in place of a card's content, or above it, why there is nothing new. */
export function FaultNote({ fault, tier, onRetry }: FaultNoteProps) {
  const t = text.value.state;
  const isAway = fault.kind === 'away';
  const title = isAway ? (fault.status === 0 ? t.consoleAway : t.away(tier)) : t.refused;
  const detail = fault.detail === '' ? '' : fault.detail;
  return (
    <div class={`fault-note ${isAway ? 'is-away' : 'is-refused'}`} role="status" data-testid="fault-note">
      <strong>{title}</strong>
      {detail !== '' && <span>{detail}</span>}
      {isAway && <span class="quiet">{t.retrying}</span>}
      {onRetry !== undefined && (
        <button type="button" class="button is-small" onClick={onRetry}>
          {t.retry}
        </button>
      )}
    </div>
  );
}
