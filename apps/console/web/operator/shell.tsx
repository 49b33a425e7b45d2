import { useEffect, useRef } from 'preact/hooks';
import { hashOf, route } from './state/route.ts';
import type { PageName } from './state/route.ts';
import { session, signOut } from './state/session.ts';
import { say } from './state/toasts.ts';
import { text } from './text/text.ts';
import { reasonOf } from './ui/fault-note.tsx';
import { Icon } from './ui/icons.tsx';
import { LanguageSwitch } from './ui/language-switch.tsx';
import { Logo } from './ui/logo.tsx';
import { PageBoundary } from './ui/page-boundary.tsx';
import { Toasts } from './ui/toasts.tsx';
import { EventsPage } from './pages/events.tsx';
import { KeysPage } from './pages/keys.tsx';
import { NodesPage } from './pages/nodes.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { PushPage } from './pages/push.tsx';
import { RoomsPage } from './pages/rooms.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { TracePage } from './pages/trace.tsx';
import { UsersPage } from './pages/users.tsx';

const VIEWS: Readonly<Record<PageName, () => preact.JSX.Element>> = {
  overview: OverviewPage,
  nodes: NodesPage,
  rooms: RoomsPage,
  users: UsersPage,
  push: PushPage,
  trace: TracePage,
  events: EventsPage,
  keys: KeysPage,
};
const GROUPS = [
  ['see', ['overview', 'nodes', 'rooms', 'users']],
  ['act', ['push', 'keys']],
  ['follow', ['trace', 'events']],
] as const;

/** The console: a sign-in, or the pages around what one of them shows. */
export function Shell() {
  const known = session.value;
  if (known === undefined) return null;
  return (
    <>
      {known.isSignedIn ? <SignedIn /> : <SignInPage />}
      <Toasts />
    </>
  );
}

function SignedIn() {
  const t = text.value;
  const { page } = route.value;
  const View = VIEWS[page];
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${t.pages[page]} · ${t.product}`;
    // Who navigates by keyboard or screen reader goes on where the new page begins; not on the first one.
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [page]);
  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          heading.current?.focus();
        }}
      >
        {t.skip}
      </a>
      <Sidebar page={page} />
      <main id="main" class="page">
        <header class="page-head">
          <h1 ref={heading} tabIndex={-1}>
            {t.pages[page]}
          </h1>
          <p class="quiet">{t.about[page]}</p>
        </header>
        <PageBoundary key={page}>
          <View />
        </PageBoundary>
      </main>
    </div>
  );
}

function Sidebar({ page }: { readonly page: PageName }) {
  const t = text.value;
  const keyId = session.value?.keyId ?? '';
  const leave = async (): Promise<void> => {
    const fault = await signOut();
    if (fault !== undefined) say('failed', t.common.failed(t.signOut, reasonOf(fault)));
  };
  return (
    <header class="sidebar">
      <Logo />
      <nav class="nav" aria-label={t.navigation}>
        {GROUPS.map(([group, pages]) => (
          <div key={group} class="nav-group">
            <p class="nav-title">{t.groups[group]}</p>
            {pages.map((name) => (
              <a
                key={name}
                class="nav-link"
                href={hashOf(name)}
                aria-current={name === page ? 'page' : undefined}
                data-testid={`nav-${name}`}
              >
                <Icon name={name} />
                {t.pages[name]}
              </a>
            ))}
          </div>
        ))}
      </nav>
      <div class="sidebar-foot">
        <LanguageSwitch />
        <a class="nav-link" href="/">
          <Icon name="room" />
          {t.liveRoom}
        </a>
        <button type="button" class="nav-link" data-testid="sign-out" onClick={() => void leave()}>
          <Icon name="exit" />
          {t.signOut}
        </button>
        <p class="quiet sidebar-key">{t.signedInAs(keyId)}</p>
      </div>
    </header>
  );
}
