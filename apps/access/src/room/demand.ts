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
  /** What stands for the ids of messages that came lately in rooms of the partition. */
  readonly idKeysOf: (partition: number) => Buffer;
}

const NO_KEYS = Buffer.alloc(0);

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
    for (const [partition, rooms] of this.#roomsByPartition()) this.#publish(partition, { rooms, isSnapshot: true });
  }

  /**
   * A new owner asks: answers for all of its partitions, also those without rooms here, and says which messages have come.
   * What an older owner sends after this is not taken, so that the answer stays true. Throws when the bytes are no query.
   */
  onQuery(payload: Uint8Array): void {
    const { partitions, epochs } = RoomDemandQuery.decode(payload);
    const byPartition = this.#roomsByPartition();
    for (const [index, partition] of partitions.entries()) {
      if (!this.#options.fences.admit(partition, epochs[index] ?? 0)) continue;
      const idKeys = this.#options.idKeysOf(partition);
      this.#publish(partition, { rooms: byPartition.get(partition) ?? [], isSnapshot: true, idKeys });
    }
  }

  #flush(): void {
    this.#isScheduled = false;
    for (const [partition, rooms] of group(this.#changed)) this.#publish(partition, { rooms, isSnapshot: false });
    this.#changed.clear();
  }

  #roomsByPartition(): Map<number, Room[]> {
    return group(this.#options.rooms());
  }

  /** A demand that is not sent is repaired by the next snapshot: until then batches come in some other encoding. */
  #publish(partition: number, { rooms, isSnapshot, idKeys = NO_KEYS }: Word): void {
    const { bulkBus, node, firstSeqOf } = this.#options;
    const demand = RoomDemand.encode({
      nodeId: node.nodeId,
      incarnation: node.incarnation,
      rooms: rooms.map((room) => ({
        roomId: room.roomId,
        encodings: room.needsNow,
        viewers: [...room.viewers],
        dictionaryIds: [...(room.dictionaries?.ids ?? [])],
        roomEpoch: room.epoch,
        lastSeq: room.lastSeq,
        ownerEpoch: room.ownerEpoch,
        firstSeq: firstSeqOf(room),
      })),
      isSnapshot,
      idKeys,
    });
    bulkBus.publish({ kind: 'room-demand', partition }, demand.finish());
  }
}

interface Word {
  readonly rooms: readonly Room[];
  readonly isSnapshot: boolean;
  readonly idKeys?: Buffer;
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
