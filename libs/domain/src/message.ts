import type { MessageId } from './ids.ts';
import type { Lane } from './lane.ts';
import type { Target } from './target.ts';

/** Largest payload of one message, as UTF-8 JSON text. */
export const MAX_PAYLOAD_BYTES = 64 * 1024;
export const DEFAULT_TTL_MS = 60_000;
export const MAX_TTL_MS = 7 * 24 * 3600_000;

/** One business payload on its way. */
export interface Message {
  readonly messageId: MessageId;
  readonly target: Target;
  /** UTF-8 text of one JSON object with a string `cmd` and without the field `lw`, which the platform adds. */
  readonly payload: Uint8Array;
  readonly lane: Lane;
  readonly isAckWanted: boolean;
  readonly ttlMs: number;
  /** Wall clock of the service process, ms since 1970. */
  readonly acceptedAtMs: number;
  /** Every stage is to say when the message was there. The express log does not keep it: what is in it is always traced. */
  readonly isTraced?: boolean;
}
