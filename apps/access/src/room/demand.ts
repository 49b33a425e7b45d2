import type { Bus, NodeIncarnation } from '@longwire/domain';
import { RoomDemand, RoomDemandQuery } from '@longwire/protos/bus/v1';
import type { PartitionFences } from '../delivery/partition-fences.ts';
import type { Room } from './room.ts';

export interface DemandOptions {
  readonly bulkBus: Pick<Bus, 'publish'>;
  readonly node: NodeIncarnation;
  readonly rooms: () => Iterable<Room>;
  /** The oldest message of the room's epoch that is kept here; 0 for none. */
  readonly firstSeqOf: (room: Room) => number;
  readonly fences: PartitionFences;
}

/**
 * Tells the owners of room partitions which encodings this node's members need, so that only those are made, and where
 * each room stands here, so that a new owner goes on from there. Changes go out at the end of the turn; a snapshot every
 * few seconds repairs what was lost on the way.
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

  /**
   * A new owner asks: answers for all of its partitions, also those without rooms here. What an older owner sends after
   * this is not taken, so that the answer stays true. Throws when the bytes are no query.
   */
  onQuery(payload: Uint8Array): void {
    const { partitions, epochs } = RoomDemandQuery.decode(payload);
    const byPartition = this.#roomsByPartition();
    for (const [index, partition] of partitions.entries()) {
      if (!this.#options.fences.admit(partition, epochs[index] ?? 0)) continue;
      this.#publish(partition, byPartition.get(partition) ?? [], true);
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
    const { bulkBus, node, firstSeqOf } = this.#options;
    const demand = RoomDemand.encode({
      nodeId: node.nodeId,
      incarnation: node.incarnation,
      rooms: rooms.map((room) => ({
        roomId: room.roomId,
        encodings: room.needs,
        roomEpoch: room.epoch,
        lastSeq: room.lastSeq,
        ownerEpoch: room.ownerEpoch,
        firstSeq: firstSeqOf(room),
      })),
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
