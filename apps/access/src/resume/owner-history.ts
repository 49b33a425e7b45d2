import type { Bus } from '@longwire/domain';
import { RoomHistoryReply, RoomHistoryRequest } from '@longwire/protos/bus/v1';
import { decodeOrNull } from '../delivery/batch-receiver.ts';
import type { Room } from '../room/room.ts';
import type { OwnersWord } from './room-past.ts';

export interface HistoryQuestion {
  readonly epoch: number;
  readonly afterSeq: number;
  readonly timeoutMs: number;
}

/** `silent`: nobody owns the room's partition now, or its owner did not answer in time. */
export type AskOutcome = 'answered' | 'unknown' | 'silent' | 'malformed';

export interface OwnerHistoryOptions {
  readonly bulkBus: Pick<Bus, 'request'>;
  readonly onAsked: (outcome: AskOutcome) => void;
}

/** Asks the owner of a room's partition what the room has had lately. */
export class OwnerHistory {
  readonly #options: OwnerHistoryOptions;

  constructor(options: OwnerHistoryOptions) {
    this.#options = options;
  }

  /** Undefined when there is no answer that says anything. Never rejects. */
  async ask(room: Room, { epoch, afterSeq, timeoutMs }: HistoryQuestion): Promise<OwnersWord | undefined> {
    const { bulkBus, onAsked } = this.#options;
    const question = RoomHistoryRequest.encode({ roomId: room.roomId, roomEpoch: epoch, afterSeq, upToSeq: 0 });
    const topic = { kind: 'room-history', partition: room.partition } as const;
    const outcome = await bulkBus.request(topic, question.finish(), timeoutMs);
    if (!outcome.ok) {
      onAsked('silent');
      return undefined;
    }
    const reply = decodeOrNull(() => RoomHistoryReply.decode(outcome.payload));
    onAsked(reply === null ? 'malformed' : reply.isKnown ? 'answered' : 'unknown');
    return reply?.isKnown === true ? { reply, epoch, afterSeq } : undefined;
  }
}
