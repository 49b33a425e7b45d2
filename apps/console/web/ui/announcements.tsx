import { announcement } from '../state/room-state.ts';

/** Read out by screen readers, a sentence every few seconds at most; nobody sees it. */
export function Announcements() {
  return (
    <p class="unseen" aria-live="polite" data-testid="announcements">
      {announcement.value}
    </p>
  );
}
