import type { JoinRequest } from './state/join-request.ts';
import { joined } from './state/room-state.ts';
import { view } from './state/streamers.ts';
import { Stage } from './stage/stage.tsx';
import { text } from './text/text.ts';
import { Announcements } from './ui/announcements.tsx';
import { ChatList } from './ui/chat-list.tsx';
import { Composer } from './ui/composer.tsx';
import { DemoBar } from './ui/demo-bar.tsx';
import { DensityChip } from './ui/density-chip.tsx';
import { GiftCards } from './ui/gift-cards.tsx';
import { Header } from './ui/header.tsx';
import { JoinForm } from './ui/join-form.tsx';
import { GlobalNotice, PkOutcome, ZoneNotice } from './ui/notices.tsx';
import { PkInvite } from './ui/pk-invite.tsx';
import { StatsLine } from './ui/stats-line.tsx';
import { StreamerPanel } from './ui/streamer-panel.tsx';

/** The whole page: a stage, the chat beside it, and what one can do below. */
export function Page({ initial }: { readonly initial: JoinRequest }) {
  const isJoined = joined.value !== null;
  return (
    <>
      {isJoined && (
        <a class="skip" href="#composer">
          {text.value.skip}
        </a>
      )}
      <Header />
      <GlobalNotice />
      <main class={isJoined ? `main is-${view.value}` : 'main is-outside'}>
        {isJoined && <h1 class="unseen">{`${text.value.room} ${joined.value?.roomId ?? ''}`}</h1>}
        <Stage>
          {isJoined && <GiftCards />}
          {isJoined && <DensityChip />}
          <ZoneNotice />
          <PkOutcome />
          <PkInvite />
          {!isJoined && <JoinForm initial={initial} />}
        </Stage>
        {isJoined && (
          <div class="aside">
            {view.value === 'streamer' && <StreamerPanel />}
            <ChatList />
          </div>
        )}
        {isJoined && (
          <div class="controls">
            <Composer />
            <div class="extras">
              <DemoBar />
              <StatsLine />
            </div>
          </div>
        )}
      </main>
      <Announcements />
    </>
  );
}
