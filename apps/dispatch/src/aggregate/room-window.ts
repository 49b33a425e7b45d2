import type { RoomId } from '@longwire/domain';
import type { ByteBudget } from './byte-budget.ts';
import type { FlushReason } from './flush-policy.ts';
import { FrameRun } from './frame-run.ts';
import type { FramedMessage } from './frame-run.ts';

/** One flushed window: the messages of one room that will travel as one frame. */
export interface SealedBatch {
  readonly roomId: RoomId;
  /** The room's epoch, which `firstSeq` counts in. */
  readonly epoch: number;
  readonly firstSeq: number;
  readonly count: number;
  /** Plain frames in order of seq, each a JSON object with `lw`, one behind the other. */
  readonly frames: Uint8Array;
  /** Of those that may be pushed again, joined. */
  readonly idKeys: string;
  readonly reason: FlushReason;
  /** Wall clock of the service that accepted the first message. */
  readonly firstAcceptedAtMs: number;
  /** Monotonic clock of this process when the first message was taken. */
  readonly firstTakenAtMs: number;
  /** The messages among them that are traced; absent for none. */
  readonly tracedIds?: readonly string[] | undefined;
}

/** One message on its way into a window; its field says which epoch it is of. */
export interface WindowEntry extends FramedMessage {
  readonly idKey: string;
  readonly acceptedAtMs: number;
  readonly takenAtMs: number;
  /** Its id, when it is traced. */
  readonly tracedId?: string | undefined;
}

/** What a busy room has gathered since its last flush. Decides nothing: see flush-policy. */
export class RoomWindow {
  readonly roomId: RoomId;
  /** Monotonic; undefined until the first flush. */
  flushedAtMs: number | undefined = undefined;
  /** Bytes sealed and not yet forwarded. */
  sealedBytes = 0;
  readonly #run: FrameRun;
  /** Of what it has gathered. */
  #first: WindowEntry | undefined;
  #idKeys = '';
  #tracedIds: string[] | undefined;

  /** The budget counts the buffer that the window keeps. */
  constructor(roomId: RoomId, budget: Pick<ByteBudget, 'keep' | 'letGo'>) {
    this.roomId = roomId;
    this.#run = new FrameRun(budget);
  }

  get messages(): number {
    return this.#run.count;
  }

  get openBytes(): number {
    return this.#run.sizeBytes;
  }

  /** Of what it has gathered; undefined when that is nothing. All of one batch is of one epoch. */
  get epoch(): number | undefined {
    return this.#first?.field.epoch;
  }

  /** Bytes that wait, open and sealed. */
  get waitingBytes(): number {
    return this.#run.sizeBytes + this.sealedBytes;
  }

  add(entry: WindowEntry): void {
    this.#run.add(entry);
    this.#first ??= entry;
    if (entry.idKey !== '') this.#idKeys += entry.idKey;
    if (entry.tracedId !== undefined) (this.#tracedIds ??= []).push(entry.tracedId);
  }

  /** Ends the window and returns what it held; undefined when it is empty. The next one starts at `nowMs`. */
  seal(reason: FlushReason, nowMs: number): SealedBatch | undefined {
    this.flushedAtMs = nowMs;
    const first = this.#first;
    if (first === undefined) return undefined;
    const idKeys = this.#idKeys;
    const tracedIds = this.#tracedIds;
    const count = this.#run.count;
    const frames = this.#run.take();
    this.#first = undefined;
    this.#idKeys = '';
    this.#tracedIds = undefined;
    this.sealedBytes += frames.length;
    return {
      roomId: this.roomId,
      epoch: first.field.epoch,
      firstSeq: first.seq,
      count,
      frames,
      idKeys,
      reason,
      firstAcceptedAtMs: first.acceptedAtMs,
      firstTakenAtMs: first.takenAtMs,
      tracedIds,
    };
  }

  /** The room is quiet, or no longer this process's: gives up the buffer, and what it has gathered. */
  close(): void {
    this.#run.letGo();
  }
}
