import type { MintedToken, TokenMinter } from '@longwire/auth';
import type { Credential, DeviceId, RoomId, UserId } from '@longwire/domain';

/** What a client says of itself when it asks for a token. */
export interface ConnectSubject {
  readonly deviceId: DeviceId;
  /** null and undefined are a guest. */
  readonly userId?: UserId | null | undefined;
  readonly roomId?: RoomId | null | undefined;
  readonly platform?: string | null | undefined;
}

/** Makes the tokens that clients authenticate with. */
export interface ConnectTokens {
  /** A token bound to device, user and the tenant that asked: the API key's public id. */
  mint(subject: ConnectSubject, asker: Pick<Credential, 'keyId'>): Promise<MintedToken>;
}

/** Tokens of the key ring's newest key. */
export function createConnectTokens(minter: TokenMinter): ConnectTokens {
  return {
    mint: ({ deviceId, userId, roomId, platform }, asker) =>
      minter.mint({
        tenant: asker.keyId,
        deviceId,
        userId: userId ?? null,
        roomId: roomId ?? null,
        platform: platform || null,
      }),
  };
}
