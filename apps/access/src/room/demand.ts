import type { Bus, NodeIncarnation } from '@longwire/domain';
import { RoomDemand, RoomDemandQuery } from '@longwire/protos/bus/v1';
import type { Room } from './room.ts';

export interface DemandOptions {
  readonly bulkBus: Pick<Bus, 'publish'>;
  readonly node: NodeIncarnation;
  readonly rooms: () => Iterable<Room>;
}

/**
 * Tells the owners of room partitions which encodings this node's members need, so that only those are made. Changes
 * go out at the end of the turn; a snapshot every few seconds repairs what was lost on the way.
 */
export class DemandReporter {
  readonly #options: DemandOptions;
  readonly #changed = new Set<Room>();
  #isScheduled = false;

  constructor(options: DemandOptions) {
    this.#options = options;
  }

  /** The encodings needed in a room may have changed. */
  noteChange(room: Room): void {
    this.#changed.add(room);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#flush());
  }

  /** Says the whole truth about every partition that has rooms here. */
  publishSnapshot(): void {
    for (const [partition, rooms] of this.#roomsByPartition()) this.#publish(partition, rooms, true);
  }

  /** A new owner asks: answers for those of its partitions that have rooms here. Throws when the bytes are no query. */
  onQuery(payload: Uint8Array): void {
    const { partitions } = RoomDemandQuery.decode(payload);
    const byPartition = this.#roomsByPartition();
    for (const partition of partitions) {
      const rooms = byPartition.get(partition);
      if (rooms !== undefined) this.#publish(partition, rooms, true);
    }
  }

  #flush(): void {
    this.#isScheduled = false;
    for (const [partition, rooms] of group(this.#changed)) this.#publish(partition, rooms, false);
    this.#changed.clear();
  }

  #roomsByPartition(): Map<number, Room[]> {
    return group(this.#options.rooms());
  }

  /** A demand that is not sent is repaired by the next snapshot: until then batches come in some other encoding. */
  #publish(partition: number, rooms: readonly Room[], isSnapshot: boolean): void {
    const { bulkBus, node } = this.#options;
    const demand = RoomDemand.encode({
      nodeId: node.nodeId,
      incarnation: node.incarnation,
      rooms: rooms.map((room) => ({ roomId: room.roomId, encodings: room.needs })),
      isSnapshot,
    });
    bulkBus.publish({ kind: 'room-demand', partition }, demand.finish());
  }
}

function group(rooms: Iterable<Room>): Map<number, Room[]> {
  const groups = new Map<number, Room[]>();
  for (const room of rooms) {
    const listed = groups.get(room.partition);
    if (listed === undefined) groups.set(room.partition, [room]);
    else listed.push(room);
  }
  return groups;
}
