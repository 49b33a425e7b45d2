import { createTokenMinter, parseKeyRing } from '@longwire/auth';
import { trustedId } from '@longwire/domain';
import type { Clock, DeviceId, UserId } from '@longwire/domain';
import { encodeClientFrame } from '@longwire/wire';
import { roomName } from './dialects.ts';
import type { AudienceSpec, LongwireClient } from './orders.ts';

const TOKEN_TTL_MS = 600_000;
const NO_TIMER = { cancel: () => undefined };
const CLOCK: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  after: () => NO_TIMER,
  every: () => NO_TIMER,
};

/** User k of an audience. */
export function userIdOf(audience: string, user: number): string {
  return `${audience}-${user}`;
}

/**
 * Op 7 of every connection of an audience, ready to be sent, by index from `spec.first`. Tokens are minted here, ahead,
 * with the cluster's key: what a connect costs the control tier is not part of what access is measured by.
 */
export async function createAuthFrames(spec: AudienceSpec, client: LongwireClient): Promise<readonly Uint8Array[]> {
  const minter = createTokenMinter(parseKeyRing(client.tokenKeys.split(',')), { ttlMs: TOKEN_TTL_MS, clock: CLOCK });
  const frames: Uint8Array[] = [];
  for (let index = spec.first; index < spec.first + spec.count; index += 1) {
    const { token } = await minter.mint({
      tenant: 'default',
      userId: client.perUser === 0 ? null : trustedId<UserId>(userIdOf(spec.name, Math.floor(index / client.perUser))),
      deviceId: trustedId<DeviceId>(`${spec.name}-d${index}`),
      roomId: null,
      platform: 'bench',
    });
    const room = client.isRoomless === true ? {} : { roomId: roomName(spec, index) };
    frames.push(
      encodeClientFrame({ kind: 'auth', seq: 1, token, protover: client.protover, platform: 'bench', ...room }),
    );
  }
  return frames;
}
