import type { ChatItem } from './room-state.ts';

export const MAX_CHAT_ITEMS = 120;
export const MAX_UNSETTLED = 5;

/**
 * The end of the chat, as much as is kept; own words that are not settled (on their way, or refused) stay, however busy
 * the room is: somebody waits to learn what becomes of them.
 */
export function keptChat(items: readonly ChatItem[]): readonly ChatItem[] {
  const older = items.slice(0, -MAX_CHAT_ITEMS).filter(isUnsettled).slice(-MAX_UNSETTLED);
  return [...older, ...items.slice(-MAX_CHAT_ITEMS)];
}

function isUnsettled(item: ChatItem): boolean {
  return item.kind === 'barrage' && (item.progress === 'sending' || item.progress === 'refused');
}
