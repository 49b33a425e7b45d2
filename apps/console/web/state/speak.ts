import type { GiftName } from './gift-cards.ts';
import { markOwn, newRef } from './own-words.ts';
import { send } from './room-client.ts';
import { joined, viewer } from './room-state.ts';
import type { Said } from './room-state.ts';
import { showGift, showOwn } from './show.ts';

/** Says something in the room: it is there at once, and marked when it turns out to be refused. */
export function say(words: string): void {
  const name = joined.peek()?.name ?? '';
  const { userId, color } = viewer;
  const ref = newRef();
  showOwn({ kind: 'barrage', userId, name, text: words, color, ref, isOwn: true, progress: 'sending' });
  deliver(words, ref);
}

/** Sends refused words once more. */
export function sayAgain({ text, ref }: Said): void {
  markOwn(ref, { progress: 'sending' });
  deliver(text, ref);
}

function deliver(words: string, ref: string): void {
  const name = joined.peek()?.name ?? '';
  void send({ type: 'barrage', text: words, name, color: viewer.color, ref }).then((outcome) => {
    if (outcome.ok) markOwn(ref, { progress: 'sent' });
    else markOwn(ref, { progress: 'refused', fault: outcome.reason });
  });
}

/** Gives one; resolves with why it was not taken, or null. It is shown when the platform has it. */
export async function give(gift: GiftName): Promise<string | null> {
  const name = joined.peek()?.name ?? '';
  const ref = newRef();
  const outcome = await send({ type: 'gift', gift, count: 1, name, ref });
  if (!outcome.ok) return outcome.reason;
  showGift({ userId: viewer.userId, name, gift, count: 1, ref });
  return null;
}
