import type { MessageId } from '@longwire/domain';

/** `write` it; a `copy` of one just written is dropped; a copy of one that is `acked` is answered with the ack. */
export type CopyVerdict = 'write' | 'copy' | 'acked';

export interface CopyRules {
  /** A repeat within this time of the last one written is a copy, not a retry: below the workers' shortest spacing. */
  readonly windowMs: number;
}

/** Messages remembered per connection, and for how long after the last one: more and later ones are written again. */
export const MAX_COPIES_KEPT = 256;
const KEEP_MS = 60_000;

interface Seen {
  writtenAtMs: number;
  isAcked: boolean;
}

/** What one connection was sent directly, so that the second worker's copy is told from a retry. Times are monotonic. */
export class CopyFilter {
  readonly #seen = new Map<MessageId, Seen>();

  get size(): number {
    return this.#seen.size;
  }

  /** Judges a message that has come for the connection, and takes it for written when the verdict is `write`. */
  judge(
    messageId: MessageId,
    { isAckWanted, isLagging, nowMs }: { isAckWanted: boolean; isLagging: boolean; nowMs: number },
    { windowMs }: CopyRules,
  ): CopyVerdict {
    const seen = this.#seen.get(messageId);
    if (seen === undefined) {
      this.#remember(messageId, { writtenAtMs: nowMs, isAcked: false }, nowMs);
      return 'write';
    }
    if (seen.isAcked) return 'acked';
    // Nobody retries what wants no ack; and while the line lags, the one before has not left yet.
    if (!isAckWanted || isLagging || nowMs - seen.writtenAtMs < windowMs) return 'copy';
    seen.writtenAtMs = nowMs;
    return 'write';
  }

  /** The client has acked it, here or on a connection before this one. */
  noteAck(messageId: MessageId, nowMs: number): void {
    const seen = this.#seen.get(messageId);
    if (seen !== undefined) seen.isAcked = true;
    else this.#remember(messageId, { writtenAtMs: nowMs, isAcked: true }, nowMs);
  }

  #remember(messageId: MessageId, seen: Seen, nowMs: number): void {
    this.#seen.set(messageId, seen);
    for (const [oldest, { writtenAtMs }] of this.#seen) {
      if (this.#seen.size <= MAX_COPIES_KEPT && nowMs - writtenAtMs < KEEP_MS) return;
      this.#seen.delete(oldest);
    }
  }
}

export const MAX_RECENT_IDS = 20_000;

/**
 * Ids of messages for many that this node has written, in two generations: an id is known for at least a minute, or for at
 * least the last 10,000 when they come faster; never more than 20,000 are held.
 */
export class RecentMessages {
  #current = new Set<string>();
  #previous = new Set<string>();
  #turnedAtMs = 0;

  get size(): number {
    return this.#current.size + this.#previous.size;
  }

  /** True the first time. `nowMs` is monotonic. */
  isNew(messageId: string, nowMs: number): boolean {
    if (this.#current.has(messageId) || this.#previous.has(messageId)) return false;
    if (nowMs - this.#turnedAtMs >= KEEP_MS || this.#current.size >= MAX_RECENT_IDS / 2) {
      this.#previous = this.#current;
      this.#current = new Set();
      this.#turnedAtMs = nowMs;
    }
    this.#current.add(messageId);
    return true;
  }
}
