import type { Timer } from '@longwire/domain';
import type { ClientClock } from './clock.ts';
import { textOf, writeFrame } from './codec/frames.ts';
import { isPassing, MAX_SENT_BYTES, SEND } from './codec/operations.ts';
import type { Connection } from './connection/connection.ts';

/** Why a send failed. `timeout`: not known, it may have been taken. */
export type SendFailure = 'refused' | 'timeout' | 'aborted' | 'closed' | 'too-large' | 'too-many';

/** What became of a send. `reason` is the server's where it refused. */
export type SendOutcome =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly id: string; readonly why: SendFailure; readonly reason: string };

export interface SendOptions {
  /** Default 10,000. Covers waiting for a connection, and further tries with the same id. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

interface Pending {
  readonly attempt: () => void;
  readonly fail: (why: SendFailure, reason?: string) => void;
}

/** Sends that have no answer yet; one more is refused with `too-many`. */
export const MAX_PENDING_SENDS = 100;
const TIMEOUT_MS = 10_000;
const AGAIN_MS = 700;

/** Sends to the business, each until it is answered: again after a reconnect, and again after a refusal that passes. */
export class Uplink {
  readonly #clock: ClientClock;
  readonly #connection: () => Connection | undefined;
  readonly #pending = new Map<string, Pending>();

  constructor(clock: ClientClock, connection: () => Connection | undefined) {
    this.#clock = clock;
    this.#connection = connection;
  }

  send(data: object, { timeoutMs = TIMEOUT_MS, signal }: SendOptions = {}): Promise<SendOutcome> {
    const id = randomId();
    return new Promise((resolve) => {
      let again: Timer | undefined;
      const settle = (outcome: SendOutcome): void => {
        timer.cancel();
        again?.cancel();
        signal?.removeEventListener('abort', onAbort);
        this.#pending.delete(id);
        resolve(outcome);
      };
      const fail: Pending['fail'] = (why, reason = why) => settle({ ok: false, id, why, reason });
      const onAbort = (): void => fail('aborted');
      const timer = this.#clock.after(timeoutMs, () => fail('timeout'));
      let isUnderWay = false;
      const attempt = (): void => {
        const connection = this.#connection();
        if (isUnderWay || connection?.isLive !== true) return;
        isUnderWay = true;
        connection.request(SEND, { id, data }, (code, fields) => {
          isUnderWay = false;
          if (!this.#pending.has(id)) return;
          // It ended without an answer; there may be the one that it handed over to.
          if (fields === null) attempt();
          else if (code === 0) settle({ ok: true, id });
          else if (isPassing(code)) again = this.#clock.after(AGAIN_MS, attempt);
          else fail('refused', textOf(fields['reason']));
        });
      };
      if (this.#pending.size >= MAX_PENDING_SENDS) return fail('too-many');
      if (writeFrame(SEND, 0, { id, data }).length > MAX_SENT_BYTES) return fail('too-large');
      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener('abort', onAbort);
      this.#pending.set(id, { attempt, fail });
      attempt();
    });
  }

  /** A new connection is live: what waits for an answer on none goes now, with the id it had. */
  flush(): void {
    for (const { attempt } of this.#pending.values()) attempt();
  }

  /** The client is closed. */
  stop(): void {
    for (const { fail } of this.#pending.values()) fail('closed');
  }
}

/** 80 random bits as 16 characters of base 32, which fit every id of the platform. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte & 31).toString(32)).join('');
}
