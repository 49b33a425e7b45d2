import { requireScope, requireZone } from '@longwire/auth';
import { AppError } from '@longwire/domain';
import type { Credential, RoomDirectory, Target } from '@longwire/domain';

/**
 * Lets a push through that the credential's scopes and zones allow. A key that is limited to zones may push to rooms
 * that are mapped to one of them, and to no other room. Throws AppError `scope-missing` or `zone-forbidden`.
 */
export async function authorizePush(credential: Credential, target: Target, rooms: RoomDirectory): Promise<void> {
  requireScope(credential, `push:${target.kind}`);
  if (credential.zones === null) return;
  if (target.kind === 'zone') requireZone(credential, target.zoneId);
  if (target.kind === 'room') {
    const [zoneId] = await rooms.zonesOf([target.roomId]);
    if (zoneId === null || zoneId === undefined) {
      throw new AppError('zone-forbidden', `Room ${target.roomId} is in no zone, and the key is limited to zones`);
    }
    requireZone(credential, zoneId);
  }
}
