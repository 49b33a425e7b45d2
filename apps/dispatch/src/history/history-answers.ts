import type { Clock, HistoryEntry, Respond, RoomHistories, RoomId } from '@longwire/domain';
import { lastSeqOf, trustedId } from '@longwire/domain';
import { RoomHistoryReply, RoomHistoryRequest } from '@longwire/protos/bus/v1';
import { toKeyBytes } from '../aggregate/id-key.ts';
import type { SealedBatch } from '../aggregate/room-window.ts';
import type { RoomPositions } from '../partition/room-positions.ts';
import type { PastOfNodes } from './past-of-nodes.ts';
import { toHistoryBatches } from './room-past.ts';
import type { SentBatch } from './room-past.ts';

export interface HistoryAnswersOptions {
  readonly ownerEpoch: number;
  readonly positions: RoomPositions;
  readonly histories: RoomHistories<SentBatch>;
  readonly nodes: PastOfNodes;
  readonly clock: Clock;
  readonly isHeld: () => boolean;
  readonly onAnswered: (outcome: 'own' | 'pulled' | 'unknown') => void;
}

/**
 * Answers what access nodes ask of the past of one partition's rooms: from what this owner has sent and keeps, and, when
 * that does not reach back far enough, from what access nodes keep of owners before, got once per room.
 */
export class HistoryAnswers {
  readonly #options: HistoryAnswersOptions;
  /** Rooms whose past was asked for, or is being: the nodes keep nothing that they did not keep then. */
  readonly #pulls = new Map<RoomId, Promise<void>>();

  constructor(options: HistoryAnswersOptions) {
    this.#options = options;
  }

  /** A batch has left: keeps it. */
  keep(batch: SealedBatch): void {
    const { histories, positions, clock } = this.#options;
    const { roomId, epoch, firstSeq, count, frames, idKeys } = batch;
    const sizeBytes = frames.length + idKeys.length;
    const entry = { firstSeq, count, sizeBytes, atMs: clock.monotonic(), value: { frames, idKeys } };
    histories.append(roomId, epoch, entry);
    positions.noteSent(roomId, { epoch, seq: lastSeqOf(entry) });
  }

  /** Throws when the bytes are no request. The answer may come after this has returned. */
  receive(payload: Uint8Array, respond: Respond): void {
    const request = RoomHistoryRequest.decode(payload);
    const pull = this.#options.isHeld() ? this.#pull(request) : undefined;
    if (pull === undefined) this.#answer(request, respond, 'own');
    else void pull.then(() => this.#answer(request, respond, 'pulled'));
  }

  /** Nothing is kept of these rooms any more. */
  close(): void {
    const { histories, positions } = this.#options;
    for (const roomId of [...positions.roomIds(), ...this.#pulls.keys()]) histories.forget(roomId);
  }

  #answer(request: RoomHistoryRequest, respond: Respond, how: 'own' | 'pulled'): void {
    const { ownerEpoch, positions, histories, isHeld, onAnswered } = this.#options;
    if (!isHeld()) {
      onAnswered('unknown');
      respond(RoomHistoryReply.encode(RoomHistoryReply.create()).finish());
      return;
    }
    const roomId = trustedId<RoomId>(request.roomId);
    const { epoch, seq } = positions.sentOf(roomId);
    const isSame = request.roomEpoch === epoch;
    const entries = isSame ? histories.after(roomId, epoch, request.afterSeq) : [];
    const batches = toHistoryBatches(entries, request.afterSeq);
    const idKeys = toKeyBytes(entries.map(({ value }) => value.idKeys).join(''));
    onAnswered(how);
    const reply = { isKnown: true, roomEpoch: epoch, lastSeq: seq, ownerEpoch, batches, idKeys };
    respond(RoomHistoryReply.encode(reply).finish());
  }

  /** Undefined when what is kept reaches back far enough, or nothing more can be had. */
  #pull(request: RoomHistoryRequest): Promise<void> | undefined {
    const { positions, histories, nodes } = this.#options;
    const roomId = trustedId<RoomId>(request.roomId);
    const { epoch } = positions.sentOf(roomId);
    const base = positions.baseOf(roomId);
    if (request.roomEpoch !== epoch || request.afterSeq >= base) return undefined;
    const first = histories.firstSeqOf(roomId, epoch);
    if (first !== 0 && first !== base + 1) return undefined;
    const holders = positions.holdersOf(roomId);
    const running = this.#pulls.get(roomId);
    if (running !== undefined || holders.length === 0) return running;
    const pull = nodes.ask(holders, { roomId, epoch, lastSeq: base }).then((entries) => {
      if (this.#options.isHeld()) this.#putInFront(roomId, epoch, entries);
    });
    this.#pulls.set(roomId, pull);
    return pull;
  }

  #putInFront(roomId: RoomId, epoch: number, entries: readonly HistoryEntry<SentBatch>[]): void {
    const { histories, positions } = this.#options;
    if (positions.sentOf(roomId).epoch !== epoch) return;
    if (histories.firstSeqOf(roomId, epoch) !== 0) histories.prepend(roomId, epoch, entries);
    else if (positions.sentOf(roomId).seq === positions.baseOf(roomId))
      for (const entry of entries) histories.append(roomId, epoch, entry);
  }
}
