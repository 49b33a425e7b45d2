import type { GiftName } from '../state/gift-cards.ts';

const PATHS: Readonly<Record<GiftName, readonly { readonly d: string; readonly fill: string }[]>> = {
  spark: [
    { d: 'M12 2 14.2 9.8 22 12 14.2 14.2 12 22 9.8 14.2 2 12 9.8 9.8Z', fill: '#ffd27a' },
    { d: 'M12 8 13 11 16 12 13 13 12 16 11 13 8 12 11 11Z', fill: '#fff6df' },
  ],
  rose: [
    { d: 'M11.2 13h1.6v9h-1.6Z M12.8 18.5c1.2-2.4 3-3 5-2.8-.3 2.2-2 3.8-5 4.2Z', fill: '#6cc58f' },
    { d: 'M12 2c4.4 0 7 2.7 7 6.2 0 3.6-3 6.3-7 6.3s-7-2.7-7-6.3C5 4.7 7.6 2 12 2Z', fill: '#ff7f97' },
    { d: 'M12 5.2c2.2 0 3.6 1.3 3.6 3S14.2 11.4 12 11.4 8.4 10 8.4 8.2 9.8 5.2 12 5.2Z', fill: '#ffc0cb' },
  ],
  lantern: [
    { d: 'M11.2 1h1.6v3h-1.6Z M8 4h8v2H8Z M8 17h8v2H8Z M11.2 19h1.6v4h-1.6Z', fill: '#c98145' },
    { d: 'M8 6h8c2.6 1.6 3.6 3.4 3.6 5.5S18.6 15.4 16 17H8c-2.6-1.6-3.6-3.4-3.6-5.5S5.4 7.6 8 6Z', fill: '#ff9a5c' },
    { d: 'M10.5 6h3c.8 3.6.8 7.4 0 11h-3c-.8-3.6-.8-7.4 0-11Z', fill: '#ffd9a0' },
  ],
  rocket: [
    { d: 'M9 15.5c-1.5 1.5-2 3.5-2 6 2.5 0 4.5-.5 6-2Z', fill: '#ffb454' },
    { d: 'M5 12.5 8.5 8H12l-5 7Z M11.5 19l4.5-3.5V12l-7 5Z', fill: '#8593c9' },
    { d: 'M21.5 2.5c-6 0-10.5 3.5-13.5 9.5l4 4c6-3 9.5-7.5 9.5-13.5Z', fill: '#dfe6f5' },
    { d: 'M16 6.3a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8Z', fill: '#4d6fd6' },
  ],
};

/** A picture of a gift, drawn here so that the page needs no other file. */
export function GiftIcon({ gift }: { readonly gift: GiftName }) {
  return (
    <svg class="gift-icon" viewBox="0 0 24 24" aria-hidden="true">
      {PATHS[gift].map(({ d, fill }) => (
        <path key={d} d={d} fill={fill} />
      ))}
    </svg>
  );
}
