import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { chat } from '../state/room-state.ts';
import type { ChatItem, Said } from '../state/room-state.ts';
import { sayAgain } from '../state/speak.ts';
import { text } from '../text/text.ts';
import { GiftIcon } from './gift-icon.tsx';

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
      {/* Not a live region: a busy room would drown everything else. Announcements tell of it now and then. */}
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
  switch (item.kind) {
    case 'pk-answer':
      return (
        <li class="chat-system" data-testid="chat-item">
          {(item.isAccepted ? t.pkAccepted : t.pkDeclined)(item.name, item.rival)}
        </li>
      );
    case 'gift':
      return (
        <li class="chat-gift" data-testid="chat-item">
          <GiftIcon gift={item.gift} />
          <span>{t.giftSaid(item.name, t.gifts[item.gift], item.count)}</span>
        </li>
      );
    case 'barrage':
      return <SaidLine item={item} />;
  }
}

function SaidLine({ item }: { readonly item: Said }) {
  const t = text.value;
  const { isOwn, progress, fault = '' } = item;
  return (
    <li class={isOwn ? `chat-own is-${progress ?? 'shown'}` : ''} data-testid="chat-item" data-progress={progress}>
      <b style={{ color: item.color }}>{item.name}</b> {item.text}
      {progress === 'sending' && <small class="chat-state">{t.sending}</small>}
      {progress === 'refused' && (
        <span class="chat-state" role="alert">
          <small>{t.notSent(fault)}</small>{' '}
          <button type="button" class="link" onClick={() => sayAgain(item)}>
            {t.sendAgain}
          </button>
        </span>
      )}
    </li>
  );
}
