import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { chat } from '../state/room-store.ts';
import type { ChatItem } from '../state/room-store.ts';
import { text } from '../text/text.ts';

/** Closer to the end than this counts as reading along. */
const NEAR_END_PX = 60;

/** What was said, newest last. Stays at the end unless the reader has scrolled up. */
export function ChatList() {
  const t = text.value;
  const items = chat.value;
  const list = useRef<HTMLUListElement>(null);
  const [isFollowing, setFollowing] = useState(true);

  useLayoutEffect(() => {
    if (isFollowing && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [items, isFollowing]);

  const onScroll = (): void => {
    const element = list.current;
    if (element === null) return;
    setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX);
  };
  return (
    <section class="chat" aria-label={t.chat}>
      <h2>{t.chat}</h2>
      {/* Not a live region: a busy room would drown everything else a screen reader has to say. */}
      <ul ref={list} onScroll={onScroll} tabIndex={0} aria-label={t.chat}>
        {items.length === 0 && <li class="quiet">{t.chatEmpty}</li>}
        {items.map((item) => (
          <ChatLine key={item.key} item={item} />
        ))}
      </ul>
      {!isFollowing && (
        <button type="button" class="to-latest" onClick={() => setFollowing(true)}>
          ↓ {t.latest}
        </button>
      )}
    </section>
  );
}

function ChatLine({ item }: { readonly item: ChatItem }) {
  const t = text.value;
  if (item.kind === 'pk-answer') {
    return (
      <li class="chat-system" data-testid="chat-item">
        {(item.isAccepted ? t.pkAccepted : t.pkDeclined)(item.name, item.rival)}
      </li>
    );
  }
  return (
    <li class={item.isOwn ? 'chat-own' : ''} data-testid="chat-item">
      <b style={{ color: item.color }}>{item.name}</b> {item.text}
    </li>
  );
}
