import type { RoomId, ZoneId } from '@longwire/domain';
import type { Member, Room } from './room.ts';

/** Which of this node's rooms belong to a zone. */
export class ZoneIndex {
  readonly #rooms = new Map<ZoneId, Map<RoomId, Room>>();
  #fanOuts = 0;

  /** Moves a room to a zone, or out of all zones with null. */
  setZone(room: Room, zoneId: ZoneId | null): void {
    if (room.zoneId === zoneId) return;
    this.forget(room);
    room.zoneId = zoneId;
    if (zoneId === null) return;
    let rooms = this.#rooms.get(zoneId);
    if (rooms === undefined) {
      rooms = new Map();
      this.#rooms.set(zoneId, rooms);
    }
    rooms.set(room.roomId, room);
  }

  /** Takes a room out, because it has moved or is no longer kept here. */
  forget(room: Room): void {
    if (room.zoneId === null) return;
    const rooms = this.#rooms.get(room.zoneId);
    rooms?.delete(room.roomId);
    if (rooms?.size === 0) this.#rooms.delete(room.zoneId);
    room.zoneId = null;
  }

  /** Every connection that is in a room of the zone, once, as of now. */
  membersOf(zoneId: ZoneId): Member[] {
    this.#fanOuts += 1;
    const members: Member[] = [];
    for (const room of this.#rooms.get(zoneId)?.values() ?? []) {
      for (const member of room.members) {
        if (member.lastFanOut === this.#fanOuts) continue;
        member.lastFanOut = this.#fanOuts;
        members.push(member);
      }
    }
    return members;
  }
}
