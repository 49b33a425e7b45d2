import { useState } from 'preact/hooks';
import { GIFT_NAMES } from '../state/gift-cards.ts';
import type { GiftName } from '../state/gift-cards.ts';
import { isLive } from '../state/room-state.ts';
import { give } from '../state/speak.ts';
import { text } from '../text/text.ts';
import { GiftIcon } from './gift-icon.tsx';

/** Gifts to give; pressed several times in a row they add up. */
export function GiftTray() {
  const t = text.value;
  const [fault, setFault] = useState<string | null>(null);
  const onGive = (gift: GiftName): void => void give(gift).then(setFault);
  return (
    <div class="gifts" role="group" aria-label={t.gift}>
      {GIFT_NAMES.map((gift) => (
        <button
          key={gift}
          type="button"
          class="gift"
          data-testid={`gift-${gift}`}
          aria-label={t.give(t.gifts[gift])}
          title={t.give(t.gifts[gift])}
          disabled={!isLive.value}
          onClick={() => onGive(gift)}
        >
          <GiftIcon gift={gift} />
        </button>
      ))}
      <span class="fault" role="status">
        {fault === null ? '' : t.notSent(fault)}
      </span>
    </div>
  );
}
