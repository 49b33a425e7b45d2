import type { DeviceId, RoomId, UserId, ZoneId } from './ids.ts';

/** Whom a message is for. */
export type Target =
  | { readonly kind: 'user'; readonly userIds: readonly UserId[] }
  | { readonly kind: 'device'; readonly deviceIds: readonly DeviceId[] }
  | { readonly kind: 'room'; readonly roomId: RoomId }
  | { readonly kind: 'zone'; readonly zoneId: ZoneId }
  | { readonly kind: 'all' };

export type TargetKind = Target['kind'];

/** Most user or device ids one push may name. */
export const MAX_TARGET_IDS = 1000;

/** A single address of an express message: one user or one device. */
export type Addressee =
  { readonly kind: 'user'; readonly id: UserId } | { readonly kind: 'device'; readonly id: DeviceId };

/** `user:42` or `device:d1`: the text form used as a key. */
export function addresseeKey(addressee: Addressee): string {
  return `${addressee.kind}:${addressee.id}`;
}

/** The single addresses behind a user or device target, without repeats. */
export function addresseesOf(target: Extract<Target, { kind: 'user' | 'device' }>): readonly Addressee[] {
  if (target.kind === 'user') return [...new Set(target.userIds)].map((id) => ({ kind: 'user', id }));
  return [...new Set(target.deviceIds)].map((id) => ({ kind: 'device', id }));
}
