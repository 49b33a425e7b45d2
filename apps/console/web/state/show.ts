import { batch } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { StageItem } from '../stage/waiting-line.ts';
import { text } from '../text/text.ts';
import { createAnnouncer } from './announcer.ts';
import { gathered } from './gathered.ts';
import { addGift, COMBO_MS, openCards } from './gift-cards.ts';
import type { GivenGift } from './gift-cards.ts';
import type { Incoming } from './incoming.ts';
import { keptChat } from './kept-chat.ts';
import { isOwnRef, markOwn } from './own-words.ts';
import { takeAnswer, takeInvite } from './pk-state.ts';
import * as room from './room-state.ts';
import type { ChatItem, Notice } from './room-state.ts';
import { putOnStage } from './stage-state.ts';

/** What one rendering takes in at most. */
const MAX_TOGETHER = 400;
const CHAT_EVERY_MS = 120;
const PK_OUTCOME_MS = 8_000;
const ZONE_NOTICE_MS = 10_000;
const GLOBAL_NOTICE_MS = 14_000;

let nextKey = 1;

const announce = createAnnouncer({
  announce: (words) => (room.announcement.value = words),
  withMore: (words, more) => text.peek().andMore(words, more),
  after: (delayMs, task) => void setTimeout(task, delayMs),
});

const showChat = gathered<ChatItem>({ capacity: MAX_TOGETHER, everyMs: CHAT_EVERY_MS }, (items) => addToChat(items));

const showOnStage = gathered<StageItem>({ capacity: MAX_TOGETHER, everyMs: 0 }, putOnStage);

/** Shows what came in: what crosses the stage, stands in the chat, or lies over both. */
export function show(incoming: Incoming): void {
  const key = newKey();
  switch (incoming.kind) {
    case 'barrage': {
      // It is there already since it was sent.
      if (isOwnRef(incoming.ref) && markOwn(incoming.ref, { progress: 'shown' })) return;
      const isOwn = incoming.userId === room.viewer.userId;
      const item = { ...incoming, key, isOwn };
      announce(`${incoming.name}: ${incoming.text}`);
      showChat(item);
      return showOnStage(stageItemOf(item));
    }
    case 'gift':
      if (!isOwnRef(incoming.ref)) showGift(incoming);
      return;
    case 'pk-answer': {
      takeAnswer(incoming);
      showChat({ ...incoming, key });
      const { pkAccepted, pkDeclined } = text.peek();
      const words = (incoming.isAccepted ? pkAccepted : pkDeclined)(incoming.name, incoming.rival);
      return showFor(room.pkOutcome, { text: words, key }, PK_OUTCOME_MS);
    }
    case 'pk-invite':
      // Not in the queue of what is said: it waits for an answer.
      room.announcement.value = text.peek().pkBody(incoming.rival);
      return takeInvite(incoming);
    case 'zone-notice':
      return showFor(room.zoneNotice, { text: incoming.text, key }, ZONE_NOTICE_MS);
    case 'global-notice':
      return showFor(room.globalNotice, { text: incoming.text, key }, GLOBAL_NOTICE_MS);
  }
}

/** Shows one's own words in the turn they are said. */
export function showOwn(item: Omit<room.Said, 'key'>): void {
  const said = { ...item, key: newKey() };
  addToChat([said]);
  putOnStage([stageItemOf(said)]);
}

export function showGift(given: GivenGift & { readonly ref: string }): void {
  const item = { ...given, kind: 'gift' as const, key: newKey() };
  announce(text.peek().giftSaid(given.name, text.peek().gifts[given.gift], given.count));
  showChat(item);
  const words = text.peek().giftShort(given.name, text.peek().gifts[given.gift], given.count);
  showOnStage({ key: item.key, text: words, color: '#ffe3b3', kind: 'gift' });
  room.giftCards.value = addGift(room.giftCards.value, given, performance.now());
  setTimeout(() => (room.giftCards.value = openCards(room.giftCards.value, performance.now())), COMBO_MS + 20);
}

export function resetShown(): void {
  batch(() => {
    room.chat.value = [];
    room.giftCards.value = [];
    room.announcement.value = '';
  });
}

function newKey(): number {
  nextKey += 1;
  return nextKey;
}

function addToChat(items: readonly ChatItem[]): void {
  if (room.joined.peek() !== null) room.chat.value = keptChat([...room.chat.peek(), ...items]);
}

function stageItemOf({ key, text: words, color, isOwn }: room.Said): StageItem {
  return { key, text: words, color, kind: isOwn ? 'own' : 'crowd' };
}

function showFor(place: Signal<Notice | null>, notice: Notice, durationMs: number): void {
  place.value = notice;
  setTimeout(() => {
    if (place.peek() === notice) place.value = null;
  }, durationMs);
}
