import type { Bus, Clock, NodeId, RoomId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { NodeCommand, RoomBatch } from '@longwire/protos/bus/v1';
import { asBuffer } from '@longwire/runtime';
import { brotliCompressSync } from 'node:zlib';
import { dictionaryViewers } from './audience.ts';
import type { NodeAudience } from './audience.ts';
import { Gathering } from './gathering.ts';
import type { GatheringLimits } from './gathering.ts';
import {
  buildDictionaryFrame,
  canCompress,
  createRoomDictionary,
  dictionaryOptions,
  isReadable,
  wrapWithDictionary,
} from './room-dictionary.ts';
import type { RoomDictionary } from './room-dictionary.ts';

/** A node that has not said by then that it has the new dictionary gets brotli without one until it does. */
const SWITCH_MS = 2000;
/** A node that asks for what it was just sent is sent it again after this. */
const SEND_AGAIN_MS = 2000;
const GATHER_MS = 60_000;
const LEAST_BYTES = 2048;

export interface DictionaryLimits {
  /** Members who can take one; 0: no room gets one. */
  readonly leastViewers: number;
  readonly leastRatePerSec: number;
  readonly sizeBytes: number;
  readonly renewMs: number;
  readonly maxRooms: number;
  readonly maxBytes: number;
}

/** `made`: announced; `unreadable`: the check failed, it is not used; `full`: there is no place for one more room. */
export type DictionaryOutcome = 'made' | 'unreadable' | 'full' | 'failed';

export interface DictionaryKeeperOptions {
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly limits: DictionaryLimits;
  readonly onOutcome: (outcome: DictionaryOutcome) => void;
  /** A dictionary was sent to the nodes of a room, or to one of them. */
  readonly onSent: (sizeBytes: number) => void;
  readonly onFault: (caught: unknown) => void;
}

/** Where a room's batches leave from. */
export interface RoomOwner {
  readonly partition: number;
  readonly epoch: number;
}

/** One batch that is about to leave. */
export interface LeavingBatch {
  readonly roomId: RoomId;
  readonly owner: RoomOwner;
  readonly plain: Uint8Array;
  readonly messages: number;
}

interface Made {
  readonly dictionary: RoomDictionary;
  readonly frame: Uint8Array;
  readonly madeAtMs: number;
}

interface TendedRoom {
  readonly roomId: RoomId;
  owner: RoomOwner;
  current: Made | null;
  /** Announced, and used once the nodes have it. */
  next: Made | null;
  gathering: Gathering | null;
  isBuilding: boolean;
  /** When it last had viewers enough, and something to say to them. */
  lastTakenAtMs: number;
  readonly sentAtMs: Map<string, number>;
}

/**
 * The dictionaries of this process's rooms: made of what a room itself has just said, renewed now and then, announced to
 * the nodes with members ahead of their first use, and used only once a client's way of reading was tried. Bounded in
 * rooms and bytes.
 */
export class DictionaryKeeper {
  readonly #options: DictionaryKeeperOptions;
  readonly #gathering: GatheringLimits;
  readonly #rooms = new Map<RoomId, TendedRoom>();

  constructor(options: DictionaryKeeperOptions) {
    const { sizeBytes, leastRatePerSec } = options.limits;
    this.#options = options;
    this.#gathering = { sizeBytes, leastBytes: LEAST_BYTES, maxMs: GATHER_MS, leastRatePerSec };
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  /** What all rooms may hold at most: each two dictionaries and what a third is made of. */
  get sizeBytes(): number {
    return this.#rooms.size * this.#bytesPerRoom;
  }

  /** The dictionary that this batch is to be compressed against, for those who have it; undefined: none. */
  use(batch: LeavingBatch, nodes: readonly NodeAudience[]): RoomDictionary | undefined {
    const room = this.#rooms.get(batch.roomId) ?? this.#tend(batch, nodes);
    if (room === undefined) return undefined;
    const nowMs = this.#options.clock.monotonic();
    room.owner = batch.owner;
    if (dictionaryViewers(nodes) >= this.#options.limits.leastViewers) {
      room.lastTakenAtMs = nowMs;
      this.#gather(room, batch, nowMs);
    }
    if (room.next !== null && isTimeToSwitch(room.next, nodes, nowMs)) {
      room.current = room.next;
      room.next = null;
    }
    const dictionary = room.current?.dictionary;
    return dictionary !== undefined && canCompress(dictionary, batch.plain.length) ? dictionary : undefined;
  }

  /** An access node has said what it needs in a room: sends it what it lacks. */
  hear(nodeId: string, roomId: RoomId, { viewers, dictionaryIds }: NodeAudience): void {
    const room = this.#rooms.get(roomId);
    const newest = room?.next ?? room?.current;
    if (room === undefined || newest == null || dictionaryViewers([{ encodings: 0, viewers, dictionaryIds }]) === 0)
      return;
    if (dictionaryIds.includes(newest.dictionary.id)) return;
    const nowMs = this.#options.clock.monotonic();
    if (nowMs - Math.max(room.sentAtMs.get(nodeId) ?? -SEND_AGAIN_MS, newest.madeAtMs) < SEND_AGAIN_MS) return;
    room.sentAtMs.set(nodeId, nowMs);
    const command = NodeCommand.encode({ command: { $case: 'dictionary', value: toWire(newest) } }).finish();
    this.#options.bus.publish({ kind: 'node', nodeId: trustedId<NodeId>(nodeId) }, command);
    this.#options.onSent(newest.frame.length);
  }

  /** Forgets the rooms that nothing was said in for long, or to too few. */
  sweep(): void {
    const beforeMs = this.#options.clock.monotonic() - this.#options.limits.renewMs;
    for (const room of this.#rooms.values()) if (room.lastTakenAtMs < beforeMs) this.#rooms.delete(room.roomId);
  }

  /** The partition is no longer this process's. */
  forgetPartition(partition: number): void {
    for (const room of this.#rooms.values()) if (room.owner.partition === partition) this.#rooms.delete(room.roomId);
  }

  get #bytesPerRoom(): number {
    // A frame is a fraction of its content.
    return 4 * this.#options.limits.sizeBytes;
  }

  #tend({ roomId, owner }: LeavingBatch, nodes: readonly NodeAudience[]): TendedRoom | undefined {
    const { limits, onOutcome, clock } = this.#options;
    if (limits.leastViewers === 0 || dictionaryViewers(nodes) < limits.leastViewers) return undefined;
    if (this.#rooms.size >= limits.maxRooms || this.sizeBytes + this.#bytesPerRoom > limits.maxBytes) {
      onOutcome('full');
      return undefined;
    }
    const lastTakenAtMs = clock.monotonic();
    const begun = { current: null, next: null, gathering: null, isBuilding: false, sentAtMs: new Map() };
    const room: TendedRoom = { roomId, owner, lastTakenAtMs, ...begun };
    this.#rooms.set(roomId, room);
    return room;
  }

  #gather(room: TendedRoom, { plain, messages }: LeavingBatch, nowMs: number): void {
    const { renewMs } = this.#options.limits;
    const isDue = room.current === null || nowMs - room.current.madeAtMs >= renewMs;
    if (!isDue || room.next !== null || room.isBuilding) return;
    room.gathering ??= new Gathering(this.#gathering, nowMs);
    room.gathering.add(plain, messages);
    const state = room.gathering.stateAt(nowMs);
    if (state === 'busy') return;
    const content = room.gathering.take();
    room.gathering = null;
    if (state === 'ready') void this.#make(room, content, plain);
  }

  async #make(room: TendedRoom, content: Buffer, sample: Uint8Array): Promise<void> {
    const { onOutcome, onFault } = this.#options;
    room.isBuilding = true;
    try {
      const dictionary = createRoomDictionary(room.roomId, content);
      const frame = await buildDictionaryFrame(dictionary);
      const options = dictionaryOptions(dictionary, sample.length, 5);
      const batch = wrapWithDictionary(dictionary, brotliCompressSync(sample, options));
      if (!isReadable(frame, batch, sample)) onOutcome('unreadable');
      else if (this.#rooms.get(room.roomId) === room) this.#announce(room, dictionary, frame);
    } catch (caught) {
      onOutcome('failed');
      onFault(caught);
    } finally {
      room.isBuilding = false;
    }
  }

  #announce(room: TendedRoom, dictionary: RoomDictionary, frame: Uint8Array): void {
    const { bus, clock, onOutcome, onSent } = this.#options;
    const { partition, epoch } = room.owner;
    const { roomId } = room;
    room.next = { dictionary, frame, madeAtMs: clock.monotonic() };
    room.sentAtMs.clear();
    const word = RoomBatch.fromPartial({ roomId, partition, epoch, dictionary: toWire(room.next) });
    bus.publish({ kind: 'room-batch', roomId }, RoomBatch.encode(word).finish());
    onOutcome('made');
    onSent(frame.length);
  }
}

function toWire({ dictionary, frame }: Made): { roomId: string; id: number; frame: Buffer } {
  return { roomId: dictionary.roomId, id: dictionary.id, frame: asBuffer(frame) };
}

/** When all have it who could; or some do, and the rest had its time. */
function isTimeToSwitch({ dictionary, madeAtMs }: Made, nodes: readonly NodeAudience[], nowMs: number): boolean {
  const takers = nodes.filter((node) => dictionaryViewers([node]) > 0);
  const having = takers.filter(({ dictionaryIds }) => dictionaryIds.includes(dictionary.id));
  if (having.length === 0) return false;
  return having.length === takers.length || nowMs - madeAtMs >= SWITCH_MS;
}
