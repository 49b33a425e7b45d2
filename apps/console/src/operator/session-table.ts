import { randomBytes } from 'node:crypto';
import type { Clock } from '@longwire/domain';

/** One operator who has signed in. */
export interface OperatorSession {
  /** What the cookie carries: 256 random bits. */
  readonly id: string;
  /** Stays in this process; never logged, never answered. */
  readonly apiKey: string;
  /** Public handle of the key, fit to be shown. */
  readonly keyId: string;
  /** End of the session however busy it is, ms since 1970. */
  readonly endsAtMs: number;
  /** Aborted when the session ends, whatever ends it. */
  readonly signal: AbortSignal;
}

/**
 * Who is signed in, in memory only: a restart signs everybody out. At most `maxSessions`; one more ends the session that was
 * idle longest. A session ends when it was idle for `idleMs`, at its `maxAgeMs`, or by {@link end}.
 */
export interface SessionTable {
  start(apiKey: string, keyId: string): OperatorSession;
  /** The session of this id, which counts as used now; undefined when there is none (any more). */
  use(id: string): OperatorSession | undefined;
  /** Safe to call for an id that is not known. */
  end(id: string): void;
  endAll(): void;
  /** Ends the sessions whose time is over, though nobody asks for them: their keys are forgotten, their streams close. */
  sweep(): void;
  size(): number;
}

export interface SessionTableOptions {
  readonly clock: Clock;
  readonly maxSessions: number;
  readonly idleMs: number;
  readonly maxAgeMs: number;
  /** Told of each change of the number of sessions. */
  readonly onSize: (sessions: number) => void;
}

interface Entry {
  readonly session: OperatorSession;
  readonly ending: AbortController;
  readonly startedMs: number;
  usedMs: number;
}

export function createSessionTable(options: SessionTableOptions): SessionTable {
  const { clock, maxSessions, idleMs, maxAgeMs, onSize } = options;
  /** In order of last use: the first is the one that was idle longest. */
  const entries = new Map<string, Entry>();

  const end = (id: string): void => {
    const entry = entries.get(id);
    if (entry === undefined) return;
    entries.delete(id);
    entry.ending.abort();
    onSize(entries.size);
  };
  const isOver = ({ usedMs, startedMs }: Entry): boolean => {
    const nowMs = clock.monotonic();
    return nowMs - usedMs >= idleMs || nowMs - startedMs >= maxAgeMs;
  };
  const sweep = (): void => {
    for (const [id, entry] of entries) if (isOver(entry)) end(id);
  };

  return {
    start(apiKey, keyId) {
      sweep();
      const [longestIdle] = entries.keys();
      if (longestIdle !== undefined && entries.size >= maxSessions) end(longestIdle);
      const ending = new AbortController();
      const id = randomBytes(32).toString('base64url');
      const nowMs = clock.monotonic();
      const session = { id, apiKey, keyId, endsAtMs: clock.now() + maxAgeMs, signal: ending.signal };
      entries.set(id, { session, ending, startedMs: nowMs, usedMs: nowMs });
      onSize(entries.size);
      return session;
    },
    use(id) {
      sweep();
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      entry.usedMs = clock.monotonic();
      entries.delete(id);
      entries.set(id, entry);
      return entry.session;
    },
    end,
    sweep,
    endAll() {
      for (const id of entries.keys()) end(id);
    },
    size: () => entries.size,
  };
}
