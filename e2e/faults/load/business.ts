import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiAnswer, ConnectAnswer } from '../../harness/api.ts';
import { Api } from '../../harness/api.ts';
import type { History, PushTarget } from '../history/history.ts';

export interface BusinessOptions {
  readonly serviceUrls: readonly string[];
  readonly controlUrls: readonly string[];
  readonly apiKey: string;
  /** Ms since the history's beginning. */
  readonly now: () => number;
}

export interface PushSpec {
  readonly target: PushTarget;
  readonly lane?: 'express' | 'bulk';
  readonly cmd?: string;
  readonly ttlMs?: number;
  /** Bytes of text in the payload; default none. */
  readonly padBytes?: number;
}

const RETRY_FOR_MS = 20_000;
const RETRY_EVERY_MS = 200;

/** A backend that does what a good one does: tries another replica, with the same idempotency key, until it is answered. */
export class Business {
  readonly #options: BusinessOptions;
  readonly #replicas: readonly Api[];
  #next = 0;

  constructor(options: BusinessOptions) {
    this.#options = options;
    const { serviceUrls, controlUrls, apiKey } = options;
    const count = Math.max(serviceUrls.length, controlUrls.length);
    this.#replicas = Array.from({ length: count }, (_, index) => {
      const serviceUrl = serviceUrls[index % serviceUrls.length] ?? '';
      const controlUrl = controlUrls[index % controlUrls.length] ?? '';
      return new Api({ serviceUrl, controlUrl, apiKey });
    });
  }

  /** The next replica in turn. */
  get api(): Api {
    this.#next += 1;
    const api = this.#replicas[this.#next % this.#replicas.length];
    if (api === undefined) throw new Error('there is no replica');
    return api;
  }

  /** Asks one replica after the other for a token. */
  async connect(request: Record<string, unknown>): Promise<ConnectAnswer> {
    let last: unknown;
    for (const _ of this.#replicas) {
      try {
        return await this.api.mustConnect(request);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  /** Pushes, writing what was asked and answered into the history; resolves with the messageId when it was accepted. */
  async push(history: History, spec: PushSpec): Promise<string | undefined> {
    const { target, ttlMs = 60_000, cmd = 'FAULT_TEST', padBytes = 0 } = spec;
    const lane = spec.lane ?? (target.kind === 'room' ? 'bulk' : 'express');
    const { now } = this.#options;
    const push = history.addPush({ target, lane, askedAtMs: now(), ttlMs });
    // Random, so that no compression makes it small.
    const text = randomBytes((3 * padBytes) / 4).toString('base64');
    const body = {
      target: apiTarget(target),
      payload: { cmd, n: push, text },
      idempotencyKey: randomUUID(),
      ...(target.kind === 'room' ? { lane } : { ttlMs }),
    };
    const giveUpMs = now() + RETRY_FOR_MS;
    let isPerhapsTaken = false;
    while (now() < giveUpMs) {
      const answer = await this.api.push(body).catch(() => undefined);
      const outcome = answer === undefined ? 'unknown' : outcomeOf(answer, isPerhapsTaken);
      if (outcome === 'unknown') {
        isPerhapsTaken = true;
      } else {
        history.answerPush(push, outcome, now());
        return outcome === 'accepted' ? String(answer?.body['messageId']) : undefined;
      }
      await delay(RETRY_EVERY_MS);
    }
    return undefined;
  }
}

function apiTarget(target: PushTarget): Record<string, unknown> {
  switch (target.kind) {
    case 'user':
      return { kind: 'user', userIds: [target.userId] };
    case 'device':
      return { kind: 'device', deviceIds: [target.deviceId] };
    case 'room':
      return { kind: 'room', roomId: target.roomId };
  }
}

/** `isPerhapsTaken`: nobody could say what became of an attempt before this one. */
function outcomeOf({ status, body }: ApiAnswer, isPerhapsTaken: boolean): 'accepted' | 'refused' | 'unknown' {
  if (status === 202) return 'accepted';
  // Not now: this refuses the attempt, and says nothing of the one before it.
  if (status === 429 && isPerhapsTaken) return 'unknown';
  // The replica that had the first attempt died with it; what became of it shows a little later.
  if (body['code'] === 'in-progress') return 'unknown';
  return status >= 400 && status < 500 ? 'refused' : 'unknown';
}
