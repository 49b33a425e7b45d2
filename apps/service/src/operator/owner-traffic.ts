import { partitionOf } from '@longwire/domain';
import type { Bus, Clock, RoomId } from '@longwire/domain';
import { RoomTrafficReply, RoomTrafficRequest } from '@longwire/protos/bus/v1';
import { createCircuitBreaker } from '@longwire/runtime';
import type { CircuitBreaker } from '@longwire/runtime';

/** `unknown`: the partition is moving. `silent`: nobody owns it, or the owner did not answer in time. `held-back`: asked in vain just before. */
export type AskOutcome = 'answered' | 'unknown' | 'silent' | 'malformed' | 'held-back';

export interface OwnerTrafficOptions {
  readonly bus: Pick<Bus, 'request'>;
  readonly clock: Clock;
  readonly onAsked: (outcome: AskOutcome) => void;
}

/** What the owner of a room says of it. */
export interface Traffic {
  readonly owner: string;
  readonly epoch: number;
  readonly seq: number;
  readonly messagesPerSec: number;
  readonly batchesPerSec: number;
  readonly windowMs: number;
  readonly historyMessages: number;
  readonly shed: Readonly<Record<string, number>>;
}

const ANSWER_WITHIN_MS = 500;
const FAILURES = 3;
const HOLD_BACK_MS = 2000;

/** Asks the owners of partitions how busy rooms are: one request per partition, all at once. */
export class OwnerTraffic {
  readonly #options: OwnerTrafficOptions;
  readonly #breakers = new Map<number, CircuitBreaker>();

  constructor(options: OwnerTrafficOptions) {
    this.#options = options;
  }

  /** Of those rooms whose owner answers; takes at most half a second. Never rejects. */
  async ask(roomIds: readonly RoomId[]): Promise<ReadonlyMap<string, Traffic>> {
    const byPartition = Map.groupBy(roomIds, partitionOf);
    const answers = await Promise.all([...byPartition].map(([partition, ids]) => this.#askOne(partition, ids)));
    return new Map(answers.flat());
  }

  async #askOne(partition: number, roomIds: readonly RoomId[]): Promise<readonly (readonly [string, Traffic])[]> {
    const { bus, onAsked } = this.#options;
    const breaker = this.#breakerOf(partition);
    if (!breaker.allow()) {
      onAsked('held-back');
      return [];
    }
    const question = RoomTrafficRequest.encode({ roomIds: [...roomIds] }).finish();
    const outcome = await bus.request({ kind: 'room-traffic', partition }, question, ANSWER_WITHIN_MS);
    if (!outcome.ok) {
      breaker.fail();
      onAsked('silent');
      return [];
    }
    breaker.succeed();
    const reply = decodeOrUndefined(outcome.payload);
    onAsked(reply === undefined ? 'malformed' : reply.isKnown ? 'answered' : 'unknown');
    return reply?.isKnown === true ? toTraffic(reply) : [];
  }

  #breakerOf(partition: number): CircuitBreaker {
    const known = this.#breakers.get(partition);
    if (known !== undefined) return known;
    const { clock } = this.#options;
    const breaker = createCircuitBreaker({ clock, failures: FAILURES, openMs: HOLD_BACK_MS });
    this.#breakers.set(partition, breaker);
    return breaker;
  }
}

function toTraffic({ owner, windowMs, rooms }: RoomTrafficReply): readonly (readonly [string, Traffic])[] {
  return rooms.map(({ roomId, roomEpoch: epoch, seq, messagesPerSec, batchesPerSec, historyMessages, shed }) => [
    roomId,
    { owner, epoch, seq, messagesPerSec, batchesPerSec, windowMs, historyMessages, shed },
  ]);
}

function decodeOrUndefined(payload: Uint8Array): RoomTrafficReply | undefined {
  try {
    return RoomTrafficReply.decode(payload);
  } catch {
    // The caller counts it as malformed.
    return undefined;
  }
}
