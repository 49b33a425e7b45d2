import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addGift, COMBO_MS, MAX_CARDS, openCards } from './gift-cards.ts';
import type { GiftCard, GivenGift } from './gift-cards.ts';

function given(userId: string, gift: GivenGift['gift'] = 'rose', count = 1): GivenGift {
  return { userId, name: userId, gift, count };
}

test('gifts of one giver add up while they follow each other, and begin anew after a pause', () => {
  let cards: readonly GiftCard[] = [];
  for (let count = 0; count < 4; count += 1) cards = addGift(cards, given('ada', 'rose', 2), count * (COMBO_MS - 1));
  assert.deepEqual(
    cards.map(({ count }) => count),
    [8],
  );
  const [first] = cards;
  const later = addGift(cards, given('ada'), 10 * COMBO_MS);
  assert.deepEqual(
    later.map(({ count }) => count),
    [1],
  );
  assert.notEqual(later[0]?.key, first?.key);
});

test('another gift and another giver have cards of their own, the one that waited longest goes', () => {
  let cards: readonly GiftCard[] = [];
  for (const [index, one] of [given('a'), given('a', 'rocket'), given('b'), given('c')].entries()) {
    cards = addGift(cards, one, index);
  }
  assert.equal(cards.length, MAX_CARDS);
  assert.deepEqual(
    cards.map(({ userId, gift }) => `${userId} ${gift}`),
    ['c rose', 'b rose', 'a rocket'],
  );
});

test('a card goes when its row has ended', () => {
  const cards = addGift([], given('a'), 0);
  assert.equal(openCards(cards, COMBO_MS - 1).length, 1);
  assert.equal(openCards(cards, COMBO_MS).length, 0);
});
