import type { Bus, Clock, RoomHistories, RoomId } from '@longwire/domain';
import type { MessageClass } from '../aggregate/message-class.ts';
import type { RoomShedderOptions } from '../aggregate/room-shedder.ts';
import type { RoomWindowsOptions } from '../aggregate/room-windows.ts';
import type { TakenIdsLimits } from '../aggregate/taken-ids.ts';
import type { DictionaryKeeper } from '../dictionary/dictionary-keeper.ts';
import type { RoomForwarder } from '../forward/room-forwarder.ts';
import type { PastOfNodes } from '../history/past-of-nodes.ts';
import type { SentBatch } from '../history/room-past.ts';
import type { RoomTraces } from '../trace/room-traces.ts';
import type { TrafficSource } from '../traffic/answer-room-traffic.ts';

/** What a partition tells of its work; each call stands for `count` messages. */
export interface PartitionObserver {
  readonly onTaken: (count: number) => void;
  readonly onDuplicate: () => void;
  /** An access node named messages that an owner before had sent: pushes of these that come again are known. */
  readonly onTakenUp: (count: number) => void;
  readonly onOverloaded: (bound: 'room' | 'process', count: number) => void;
  readonly onShed: (kind: MessageClass, roomId: RoomId) => void;
  readonly onStale: (count: number) => void;
  readonly onMalformed: (topic: 'room-push' | 'room-demand' | 'room-history' | 'room-traffic') => void;
  /** An access node had got further in a room than this owner knew: the room has begun a new epoch. */
  readonly onFork: () => void;
  readonly onHistoryAnswered: (outcome: 'own' | 'pulled' | 'unknown') => void;
}

/** What all partitions of a process share. */
export interface PartitionDeps extends Omit<RoomWindowsOptions, 'positions' | 'forward' | 'traces'> {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly forwarder: RoomForwarder;
  readonly dictionaries: DictionaryKeeper;
  readonly observer: PartitionObserver;
  readonly takenIds: TakenIdsLimits;
  readonly demandExpiryMs: number;
  readonly shedding: RoomShedderOptions;
  /** What was sent lately, of all rooms of the process. */
  readonly histories: RoomHistories<SentBatch>;
  readonly pastOfNodes: PastOfNodes;
  /** Rooms a partition remembers the seq of; with more it asks to be handed over, which begins a new epoch. */
  readonly maxRooms: number;
  readonly traces: RoomTraces;
  readonly traffic: TrafficSource;
}

export interface PartitionClaim {
  readonly partition: number;
  readonly epoch: number;
  /** Monotonic ms until which the lease is surely held. */
  readonly heldUntilMs: number;
}
