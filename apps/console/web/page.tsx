import type { JoinRequest } from './state/join-request.ts';
import { joined } from './state/room-store.ts';
import { Stage } from './stage/stage.tsx';
import { ChatList } from './ui/chat-list.tsx';
import { Composer } from './ui/composer.tsx';
import { DemoBar } from './ui/demo-bar.tsx';
import { Header } from './ui/header.tsx';
import { JoinForm } from './ui/join-form.tsx';
import { GlobalNotice, ZoneNotice } from './ui/notices.tsx';
import { PkInvite } from './ui/pk-invite.tsx';
import { StatsLine } from './ui/stats-line.tsx';

/** The whole page: a stage, the chat beside it, and what one can do below. */
export function Page({ initial }: { readonly initial: JoinRequest }) {
  const isJoined = joined.value !== null;
  return (
    <>
      <Header />
      <GlobalNotice />
      <main class={isJoined ? 'main' : 'main is-outside'}>
        <Stage>
          <ZoneNotice />
          <PkInvite />
          {!isJoined && <JoinForm initial={initial} />}
        </Stage>
        {isJoined && <ChatList />}
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
    </>
  );
}
