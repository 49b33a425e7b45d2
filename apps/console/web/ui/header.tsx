import { LANGUAGES, language, speak } from '../shared/language.ts';
import { joined, online } from '../state/room-state.ts';
import { leave } from '../state/room-store.ts';
import { switchView, view } from '../state/streamers.ts';
import { text } from '../text/text.ts';
import { ConnectionBadge } from './connection-badge.tsx';

/** The bar at the top: where one is, how the connection is, who else is here. */
export function Header() {
  const t = text.value;
  const request = joined.value;
  return (
    <header class="header">
      <span class="brand">
        <svg viewBox="0 0 32 20" aria-hidden="true">
          <path d="M1 4 Q16 22 31 4" />
          <circle cx="16" cy="13" r="2.6" />
        </svg>
        <span>Longwire</span>
      </span>
      {request !== null && (
        <>
          <span class="room" title={t.room}>
            #{request.roomId}
          </span>
          <span class="online" data-testid="online-count" data-count={online.value ?? ''}>
            {online.value === null ? t.onlineUnknown : t.online(online.value.toLocaleString(language.value))}
          </span>
        </>
      )}
      <span class="spring" />
      <ConnectionBadge />
      <div class="choice" role="group" aria-label={t.view}>
        {(['viewer', 'streamer'] as const).map((each) => (
          <button
            key={each}
            type="button"
            data-testid={`view-${each}`}
            aria-pressed={view.value === each}
            onClick={() => switchView(each)}
          >
            {t[each]}
          </button>
        ))}
      </div>
      {request !== null && (
        <button type="button" class="ghost" data-testid="leave-button" onClick={leave}>
          {t.leave}
        </button>
      )}
      <div class="choice languages" role="group" aria-label={t.language}>
        {LANGUAGES.map(({ value, label, name }) => (
          <button
            key={value}
            type="button"
            lang={value}
            data-testid={`language-${value}`}
            title={name}
            aria-label={name}
            aria-pressed={language.value === value}
            onClick={() => speak(value)}
          >
            {label}
          </button>
        ))}
      </div>
    </header>
  );
}
