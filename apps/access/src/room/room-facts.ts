import type { LogicApi, NodeId, RoomFacts, RoomId } from '@longwire/domain';
import type { Room } from './room.ts';
import type { ZoneIndex } from './zones.ts';

/** Most rooms one lookup asks for. */
const MAX_ROOMS_PER_LOOKUP = 500;

export interface RoomFactsOptions {
  readonly logic: Pick<LogicApi, 'lookupRooms'>;
  readonly nodeId: NodeId;
  readonly zones: ZoneIndex;
  readonly onFailure: (caught: unknown) => void;
}

/** Zone and online count of this node's rooms, asked of logic in bulk: rooms of one turn share one lookup. */
export class RoomFactsReader {
  readonly #options: RoomFactsOptions;
  #waiting: Map<RoomId, Room> = new Map();
  #flush: Promise<void> | null = null;

  constructor(options: RoomFactsOptions) {
    this.#options = options;
  }

  /** Resolves when the room's facts are set, or could not be had. Never rejects. */
  lookup(room: Room): Promise<void> {
    this.#waiting.set(room.roomId, room);
    this.#flush ??= new Promise((resolve) => setImmediate(() => resolve(this.#flushWaiting())));
    return this.#flush;
  }

  /** Looks up many rooms now, a bounded number at a time. Never rejects. */
  async refresh(rooms: readonly Room[]): Promise<void> {
    for (let start = 0; start < rooms.length; start += MAX_ROOMS_PER_LOOKUP) {
      await this.#read(rooms.slice(start, start + MAX_ROOMS_PER_LOOKUP));
    }
  }

  async #flushWaiting(): Promise<void> {
    const rooms = [...this.#waiting.values()];
    this.#waiting = new Map();
    this.#flush = null;
    await this.refresh(rooms);
  }

  async #read(rooms: readonly Room[]): Promise<void> {
    const { logic, nodeId, onFailure } = this.#options;
    try {
      const roomIds = rooms.map((room) => room.roomId);
      const byId = new Map((await logic.lookupRooms(roomIds, nodeId)).map((facts) => [facts.roomId, facts]));
      for (const room of rooms) this.#apply(room, byId.get(room.roomId));
    } catch (caught) {
      onFailure(caught);
    }
  }

  #apply(room: Room, facts: RoomFacts | undefined): void {
    if (facts === undefined) return;
    room.onlineElsewhere = Math.max(0, facts.online - facts.onlineAtNode);
    room.isKnown = true;
    // A room that nobody keeps any more must not come back into the index.
    if (!room.isDropped) this.#options.zones.setZone(room, facts.zoneId);
  }
}

/** Nobody is told a count older than this, though in a small room hardly anybody asks between two heartbeats. */
const MEMBERS_MAX_AGE_MS = 5000;
/** For a zone whose change was not heard of. */
const EMPTY_MAX_AGE_MS = 30_000;

/**
 * The rooms to look up now: those whose count somebody was told since the last call, those that logic has not answered
 * for yet, and those that were not looked up for too long. At most one lookup per room and call, however many ask.
 */
export function takeRoomsToRefresh(rooms: Iterable<Room>, nowMs: number): Room[] {
  const found: Room[] = [];
  for (const room of rooms) {
    const maxAgeMs = room.members.length > 0 ? MEMBERS_MAX_AGE_MS : EMPTY_MAX_AGE_MS;
    if (!room.wasAsked && room.isKnown && nowMs - room.refreshedAtMs < maxAgeMs) continue;
    room.wasAsked = false;
    room.refreshedAtMs = nowMs;
    found.push(room);
  }
  return found;
}
