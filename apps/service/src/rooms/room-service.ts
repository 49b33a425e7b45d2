import { requireScope, requireZone } from '@longwire/auth';
import type { Bus, Credential, LogicApi, RoomDirectory, RoomId, ZoneId } from '@longwire/domain';
import { RoomZones } from '@longwire/protos/bus/v1';

export interface RoomView {
  readonly roomId: string;
  readonly zoneId: string | null;
  readonly online: number;
}

export interface RoomServicePorts {
  readonly rooms: RoomDirectory;
  readonly logic: LogicApi;
  readonly bulkBus: Bus;
}

/** The mapping of rooms to zones, and a room's online count. Rooms need no registration: an unknown one has nobody in it. */
export class RoomService {
  readonly #ports: RoomServicePorts;

  constructor(ports: RoomServicePorts) {
    this.#ports = ports;
  }

  async get(credential: Credential, roomId: RoomId): Promise<RoomView> {
    requireScope(credential, 'read');
    return this.#view(roomId);
  }

  /** A push to the zone that is sent after this resolved reaches the room. */
  async put(credential: Credential, roomId: RoomId, zoneId: ZoneId): Promise<RoomView> {
    requireScope(credential, 'rooms');
    requireZone(credential, zoneId);
    await this.#requireCurrentZone(credential, roomId);
    await this.#ports.rooms.setZone(roomId, zoneId);
    await this.#announce(roomId, zoneId);
    return this.#view(roomId);
  }

  async forget(credential: Credential, roomId: RoomId): Promise<void> {
    requireScope(credential, 'rooms');
    await this.#requireCurrentZone(credential, roomId);
    await this.#ports.rooms.forgetZone(roomId);
    await this.#announce(roomId, '');
  }

  /** A key that is limited to zones cannot take a room out of somebody else's zone. */
  async #requireCurrentZone(credential: Credential, roomId: RoomId): Promise<void> {
    if (credential.zones === null) return;
    const [zoneId] = await this.#ports.rooms.zonesOf([roomId]);
    if (zoneId !== null && zoneId !== undefined) requireZone(credential, zoneId);
  }

  async #announce(roomId: RoomId, zoneId: string): Promise<void> {
    const change = RoomZones.encode({ rooms: [{ roomId, zoneId }] }).finish();
    this.#ports.bulkBus.publish({ kind: 'room-zones' }, change);
    await this.#ports.bulkBus.flush();
  }

  async #view(roomId: RoomId): Promise<RoomView> {
    const [[zoneId], [facts]] = await Promise.all([
      this.#ports.rooms.zonesOf([roomId]),
      this.#ports.logic.lookupRooms([roomId]),
    ]);
    return { roomId, zoneId: zoneId ?? null, online: facts?.online ?? 0 };
  }
}
