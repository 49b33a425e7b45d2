import { giftCards } from '../state/room-state.ts';
import { text } from '../text/text.ts';
import { GiftIcon } from './gift-icon.tsx';

/** Who gives what right now, with the count of the row. The chat says it in words. */
export function GiftCards() {
  const t = text.value;
  return (
    <ul class="gift-cards" aria-hidden="true">
      {giftCards.value.map(({ key, name, gift, count }) => (
        <li key={key} class={`gift-card is-${gift}`} data-testid="gift-card" data-count={count}>
          <GiftIcon gift={gift} />
          <span class="gift-words">
            <b>{name}</b>
            <small>{t.giftSent(t.gifts[gift])}</small>
          </span>
          <span class="gift-count" key={count}>
            ×{count}
          </span>
        </li>
      ))}
    </ul>
  );
}
