/** What can be given; the later the dearer. */
export const GIFT_NAMES = ['spark', 'rose', 'lantern', 'rocket'] as const;
export type GiftName = (typeof GIFT_NAMES)[number];

export interface GivenGift {
  readonly userId: string;
  readonly name: string;
  readonly gift: GiftName;
  readonly count: number;
}

/** One giver's row of one gift, counted up while it goes on. */
export interface GiftCard extends GivenGift {
  readonly key: number;
  readonly endsAtMs: number;
}

/** A row ends when nothing was added for this long. */
export const COMBO_MS = 5_000;
export const MAX_CARDS = 3;

/** The cards after one more gift: it adds to its row, or begins one in place of the card that has waited longest. */
export function addGift(cards: readonly GiftCard[], given: GivenGift, nowMs: number): readonly GiftCard[] {
  const endsAtMs = nowMs + COMBO_MS;
  const isSame = (card: GiftCard): boolean => card.userId === given.userId && card.gift === given.gift;
  const open = openCards(cards, nowMs);
  if (open.some(isSame)) {
    return open.map((card) => (isSame(card) ? { ...card, count: card.count + given.count, endsAtMs } : card));
  }
  const key = 1 + Math.max(0, ...cards.map((card) => card.key));
  return [...open, { ...given, key, endsAtMs }].toSorted((a, b) => b.endsAtMs - a.endsAtMs).slice(0, MAX_CARDS);
}

export function openCards(cards: readonly GiftCard[], nowMs: number): readonly GiftCard[] {
  return cards.filter(({ endsAtMs }) => endsAtMs > nowMs);
}
