import { createHash } from 'node:crypto';
import { AppError, trustedId } from '@longwire/domain';
import type { Clock, Credential, IdempotencyClaim, IdempotencyStore, MessageId } from '@longwire/domain';
import { canonicalJson } from './canonical-json.ts';
import { parseBody } from './payload.ts';
import type { PushCommand } from './push-command.ts';
import type { PushResponse } from './push-request.ts';

const KEEP_MS = 24 * 3600_000;
const CLAIM_TTL_MS = 10_000;
const LOOK_AGAIN_MS = 50;
const WAIT_FOR_FIRST_MS = 5000;

export interface IdempotencyPorts {
  readonly store: IdempotencyStore;
  readonly clock: Clock;
  readonly onRepeat: () => void;
  /** Runs the wait for the first request, which may take 5 s: the caller bounds how many wait. */
  readonly whileWaiting: <Result>(wait: () => Promise<Result>) => Promise<Result>;
}

/**
 * Runs `work` once per key within 24 h: a repeat with the same body gets the first answer, one with another body
 * `idempotency-conflict`, and one that comes while the first still runs waits for it, then gives `in-progress`.
 * When `work` fails the key is free again, so that the caller can retry. What limits pushes belongs into `work`: a repeat
 * whose answer is known is one question to the store, and no limit keeps it from its answer.
 */
export async function oncePerKey(
  ports: IdempotencyPorts,
  key: string,
  bodyHash: string,
  work: () => Promise<PushResponse>,
): Promise<PushResponse> {
  let claim = await claimKey(ports.store, key, bodyHash);
  if (claim.state === 'running') claim = await ports.whileWaiting(() => waitForFirst(ports, key, bodyHash));
  if (claim.state === 'done') {
    ports.onRepeat();
    return JSON.parse(claim.result) as PushResponse;
  }
  let response: PushResponse;
  try {
    response = await work();
  } catch (error) {
    // A claim that cannot be given up now lapses by itself.
    await ports.store.abandon(key, claim.token).catch(() => undefined);
    throw error;
  }
  await ports.store.complete(key, bodyHash, JSON.stringify(response), KEEP_MS);
  return response;
}

async function claimKey(store: IdempotencyStore, key: string, bodyHash: string): Promise<IdempotencyClaim> {
  const claim = await store.claim(key, bodyHash, CLAIM_TTL_MS);
  if (claim.state !== 'claimed' && claim.bodyHash !== bodyHash) {
    throw new AppError('idempotency-conflict', 'This idempotencyKey was used with another body', {
      field: 'idempotencyKey',
    });
  }
  return claim;
}

async function waitForFirst(
  { store, clock }: IdempotencyPorts,
  key: string,
  bodyHash: string,
): Promise<Exclude<IdempotencyClaim, { readonly state: 'running' }>> {
  const giveUpAt = clock.monotonic() + WAIT_FOR_FIRST_MS;
  while (clock.monotonic() < giveUpAt) {
    await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve));
    const claim = await claimKey(store, key, bodyHash);
    if (claim.state !== 'running') return claim;
  }
  throw new AppError('in-progress', 'The first request with this idempotencyKey has not ended yet', {
    field: 'idempotencyKey',
    retryAfterMs: 1000,
  });
}

/** Two API keys never share an idempotency key. */
export function scopedKey(credential: Credential, idempotencyKey: string): string {
  return `${credential.keyId}:${idempotencyKey}`;
}

/**
 * The messageId of a push with an idempotency key: the same for the same push within a day, so that one that was stored and
 * whose answer was not (the process or the store died in between) is known by its id when it comes again.
 */
export function messageIdOf(key: string, bodyHash: string, nowMs: number): MessageId {
  const day = Math.floor(nowMs / KEEP_MS);
  return trustedId<MessageId>(
    createHash('sha256').update(`${day}\n${key}\n${bodyHash}`).digest('base64url').slice(0, 32),
  );
}

/**
 * What "the same body" means: SHA-256 over everything the push asks for, defaults filled in, whatever the order of the
 * fields of its objects. The order of a list counts.
 */
export function hashCommand(command: PushCommand): string {
  const { target, payload, lane, isAckWanted, ttlMs } = command;
  return createHash('sha256')
    .update(JSON.stringify([target, lane, isAckWanted, ttlMs]))
    .update(canonicalJson(parseBody(decoder.decode(payload))))
    .digest('hex');
}

const decoder = new TextDecoder();
