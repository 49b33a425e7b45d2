import type { Clock } from '@longwire/domain';

/** Somebody who opened the page as a streamer. */
export interface Streamer {
  readonly userId: string;
  readonly roomId: string;
  readonly name: string;
}

export interface StreamerRoster {
  /** Somebody connects as a streamer, or did so again. */
  note(streamer: Streamer): void;
  /** Those of the last while, the latest first. */
  list(): readonly Streamer[];
}

const MAX_STREAMERS = 50;
const MAX_AGE_MS = 30 * 60_000;

/** Who may be challenged: the last ones who came, in memory. A real backend knows from its own tables who is on air. */
export function createStreamerRoster(clock: Pick<Clock, 'now'>): StreamerRoster {
  const known = new Map<string, Streamer & { readonly atMs: number }>();
  return {
    note(streamer) {
      known.delete(streamer.userId);
      known.set(streamer.userId, { ...streamer, atMs: clock.now() });
      const [oldest] = known.keys();
      if (known.size > MAX_STREAMERS && oldest !== undefined) known.delete(oldest);
    },
    list: () =>
      [...known.values()]
        .filter(({ atMs }) => clock.now() - atMs < MAX_AGE_MS)
        .toReversed()
        .map(({ userId, roomId, name }) => ({ userId, roomId, name })),
  };
}
