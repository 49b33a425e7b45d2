import type { DeviceId, RoomId, UserId } from '@longwire/domain';
import { parseId } from '@longwire/domain';

/** What a connect token says of its bearer. */
export interface TokenClaims {
  readonly tenant: string;
  /** Null is a guest. */
  readonly userId: UserId | null;
  readonly deviceId: DeviceId;
  /** Room that was asked for at connect; a hint, not a limit. */
  readonly roomId: RoomId | null;
  readonly platform: string | null;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** What is encrypted: short names, since every token carries them. Times are ms since 1970. */
interface WireClaims {
  readonly t: string;
  readonly u?: string;
  readonly d: string;
  readonly r?: string;
  readonly p?: string;
  readonly iat: number;
  readonly exp: number;
}

/** The plain text of a token. */
export function encodeClaims(claims: TokenClaims): Uint8Array {
  const { tenant, userId, deviceId, roomId, platform, issuedAtMs, expiresAtMs } = claims;
  const wire: WireClaims = {
    t: tenant,
    ...(userId === null ? {} : { u: userId }),
    d: deviceId,
    ...(roomId === null ? {} : { r: roomId }),
    ...(platform === null ? {} : { p: platform }),
    iat: issuedAtMs,
    exp: expiresAtMs,
  };
  return new TextEncoder().encode(JSON.stringify(wire));
}

/** Reads {@link encodeClaims} back; undefined when it is anything else. */
export function decodeClaims(plain: Uint8Array): TokenClaims | undefined {
  const wire = parseObject(plain);
  if (wire === undefined) return undefined;
  const { t, d, p, iat, exp } = wire;
  const deviceId = parseId<DeviceId>(d);
  const userId = wire.u === undefined ? null : parseId<UserId>(wire.u);
  const roomId = wire.r === undefined ? null : parseId<RoomId>(wire.r);
  if (typeof t !== 'string' || deviceId === undefined || userId === undefined || roomId === undefined) return undefined;
  if (typeof iat !== 'number' || typeof exp !== 'number') return undefined;
  const platform = typeof p === 'string' ? p : null;
  return { tenant: t, userId, deviceId, roomId, platform, issuedAtMs: iat, expiresAtMs: exp };
}

function parseObject(bytes: Uint8Array): Partial<Record<keyof WireClaims, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // Not JSON: the answer is the same as for JSON of another shape.
    return undefined;
  }
}
