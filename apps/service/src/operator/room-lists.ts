import { partitionOf, trustedId } from '@longwire/domain';
import type { Clock, ListedRoom, LogicApi, RoomDetail, RoomDirectory, RoomId } from '@longwire/domain';
import { createBriefCache } from './brief-cache.ts';
import type { ClusterVitals } from './cluster-vitals.ts';
import type { OwnerTraffic } from './owner-traffic.ts';

/** Rooms on a list. */
export const MAX_LISTED_ROOMS = 200;
export const ROOM_SORTS = ['online', 'rate'] as const;
export type RoomSort = (typeof ROOM_SORTS)[number];

const KEEP_MS = 1000;

export interface RoomListsOptions {
  readonly vitals: Pick<ClusterVitals, 'busiestRooms'>;
  readonly logic: Pick<LogicApi, 'lookupRooms' | 'topRooms'>;
  readonly rooms: Pick<RoomDirectory, 'zonesOf'>;
  readonly owners: OwnerTraffic;
  readonly clock: Clock;
}

/** The rooms of the cluster as operators look at them. Lists are read once a second at most. */
export class RoomLists {
  readonly #options: RoomListsOptions;
  readonly #lists: Readonly<Record<RoomSort, () => Promise<readonly ListedRoom[]>>>;

  constructor(options: RoomListsOptions) {
    this.#options = options;
    this.#lists = {
      online: createBriefCache(options.clock, KEEP_MS, () => this.#byOnline()),
      rate: createBriefCache(options.clock, KEEP_MS, () => this.#byRate()),
    };
  }

  async top(sort: RoomSort, limit: number): Promise<readonly ListedRoom[]> {
    return (await this.#lists[sort]()).slice(0, limit);
  }

  async detail(roomId: RoomId): Promise<RoomDetail> {
    const { logic, rooms, owners } = this.#options;
    const [[zoneId], [facts], traffics] = await Promise.all([
      rooms.zonesOf([roomId]),
      logic.lookupRooms([roomId]),
      owners.ask([roomId]),
    ]);
    const traffic = traffics.get(roomId);
    const { messagesPerSec = 0, batchesPerSec = 0 } = traffic ?? {};
    return {
      roomId,
      zoneId: zoneId ?? null,
      online: facts?.online ?? 0,
      partition: partitionOf(roomId),
      owner: traffic?.owner ?? null,
      epoch: traffic?.epoch ?? null,
      seq: traffic?.seq ?? null,
      messagesPerSec,
      batchesPerSec,
      batchMessages: batchesPerSec === 0 ? 0 : messagesPerSec / batchesPerSec,
      windowMs: traffic?.windowMs ?? 0,
      historyMessages: traffic?.historyMessages ?? 0,
      shed: traffic?.shed ?? {},
    };
  }

  /** Logic knows the counts of all rooms; the owners of those on the list are asked for their rates. */
  async #byOnline(): Promise<readonly ListedRoom[]> {
    const { logic, owners, vitals } = this.#options;
    const rooms = await logic.topRooms(MAX_LISTED_ROOMS);
    const traffics = await owners.ask(rooms.map(({ roomId }) => roomId));
    // Of an owner that does not answer now there is still what it said a moment ago.
    const told = new Map(vitals.busiestRooms(Infinity).map((room) => [room.roomId, room.messagesPerSec]));
    return rooms.map(({ roomId, zoneId, online }) => {
      const messagesPerSec = traffics.get(roomId)?.messagesPerSec ?? told.get(roomId) ?? 0;
      return { roomId, zoneId, online, messagesPerSec };
    });
  }

  /** Dispatch processes name their busiest rooms; logic knows the rest. */
  async #byRate(): Promise<readonly ListedRoom[]> {
    const { logic, vitals } = this.#options;
    const rooms = vitals.busiestRooms(MAX_LISTED_ROOMS);
    const found =
      rooms.length === 0 ? [] : await logic.lookupRooms(rooms.map(({ roomId }) => trustedId<RoomId>(roomId)));
    const factsOf = new Map(found.map((facts) => [String(facts.roomId), facts]));
    return rooms.map(({ roomId, messagesPerSec }) => {
      const { zoneId = null, online = 0 } = factsOf.get(roomId) ?? {};
      return { roomId, zoneId, online, messagesPerSec };
    });
  }
}
