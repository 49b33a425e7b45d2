import type { NodeAudience } from '../dictionary/audience.ts';

/** What one access node needs in rooms of the partition, as far as this table reads it. */
export interface NodeNeeds {
  readonly nodeId: string;
  readonly incarnation: number;
  readonly rooms: readonly RoomEncodings[];
  readonly isSnapshot: boolean;
}

interface RoomEncodings extends NodeAudience {
  readonly roomId: string;
}

interface NodeDemand {
  incarnation: number;
  heardAtMs: number;
  readonly rooms: Set<string>;
}

/**
 * Which encodings each room of one partition needs, and for how many, as the access nodes say it. A node not heard of for
 * `expiryMs` is forgotten; word of an older run of a node is ignored, a newer run replaces it. Times are monotonic ms.
 */
export class DemandTable {
  readonly #expiryMs: number;
  readonly #nodes = new Map<string, NodeDemand>();
  /** Room to node to needs, so that a flush looks at the nodes of its room alone. */
  readonly #rooms = new Map<string, Map<string, NodeAudience>>();

  constructor(expiryMs: number) {
    this.#expiryMs = expiryMs;
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  /** The nodes with members of the room, as they said it; none when no node said so. */
  audienceOf(roomId: string): readonly NodeAudience[] {
    const room = this.#rooms.get(roomId);
    return room === undefined ? NOBODY : [...room.values()];
  }

  apply(demand: NodeNeeds, nowMs: number): void {
    const { nodeId, incarnation } = demand;
    const known = this.#nodes.get(nodeId);
    if (known !== undefined && incarnation < known.incarnation) return;
    if (known !== undefined && (demand.isSnapshot || incarnation > known.incarnation)) this.#clear(nodeId, known);
    const node = known ?? { incarnation, heardAtMs: nowMs, rooms: new Set<string>() };
    node.incarnation = incarnation;
    node.heardAtMs = nowMs;
    this.#nodes.set(nodeId, node);
    for (const need of demand.rooms) this.#set(nodeId, node, need);
  }

  /** Forgets the nodes that have been silent for too long. */
  sweep(nowMs: number): void {
    for (const [nodeId, node] of this.#nodes) {
      if (nowMs - node.heardAtMs < this.#expiryMs) continue;
      this.#clear(nodeId, node);
      this.#nodes.delete(nodeId);
    }
  }

  #set(nodeId: string, node: NodeDemand, need: RoomEncodings): void {
    if (need.encodings === 0) {
      node.rooms.delete(need.roomId);
      this.#forget(need.roomId, nodeId);
      return;
    }
    const { encodings, viewers, dictionaryIds } = need;
    const room = this.#rooms.get(need.roomId) ?? new Map<string, NodeAudience>();
    room.set(nodeId, { encodings, viewers, dictionaryIds });
    this.#rooms.set(need.roomId, room);
    node.rooms.add(need.roomId);
  }

  #clear(nodeId: string, node: NodeDemand): void {
    for (const roomId of node.rooms) this.#forget(roomId, nodeId);
    node.rooms.clear();
  }

  #forget(roomId: string, nodeId: string): void {
    const room = this.#rooms.get(roomId);
    room?.delete(nodeId);
    if (room?.size === 0) this.#rooms.delete(roomId);
  }
}

const NOBODY: readonly NodeAudience[] = [];
