import type { RoomId } from '@longwire/domain';
import { HEADER_BYTES } from '@longwire/wire';
import type { FlushReason } from './flush-policy.ts';

/** One flushed window: the messages of one room that will travel as one frame. */
export interface SealedBatch {
  readonly roomId: RoomId;
  /** The room's epoch, which `firstSeq` counts in. */
  readonly epoch: number;
  readonly firstSeq: number;
  /** JSON objects with `lw`, in order of seq. */
  readonly bodies: readonly Uint8Array[];
  /** Of the frames they become. */
  readonly sizeBytes: number;
  readonly reason: FlushReason;
  /** Wall clock of the service that accepted the first message. */
  readonly firstAcceptedAtMs: number;
  /** Monotonic clock of this process when the first message was taken. */
  readonly firstTakenAtMs: number;
}

/** One message on its way into a window. */
export interface WindowEntry {
  readonly body: Uint8Array;
  readonly epoch: number;
  readonly seq: number;
  readonly acceptedAtMs: number;
  readonly takenAtMs: number;
}

/** Bytes that a body takes as a frame. */
export function frameBytesOf(body: Uint8Array): number {
  return HEADER_BYTES + body.length;
}

/** What a busy room has gathered since its last flush. Decides nothing: see flush-policy. */
export class RoomWindow {
  readonly roomId: RoomId;
  /** Monotonic; undefined until the first flush. */
  flushedAtMs: number | undefined = undefined;
  /** Bytes sealed and not yet forwarded. */
  sealedBytes = 0;
  #entries: WindowEntry[] = [];
  #openBytes = 0;

  constructor(roomId: RoomId) {
    this.roomId = roomId;
  }

  get messages(): number {
    return this.#entries.length;
  }

  get openBytes(): number {
    return this.#openBytes;
  }

  /** Of what it has gathered; undefined when that is nothing. All of one batch is of one epoch. */
  get epoch(): number | undefined {
    return this.#entries[0]?.epoch;
  }

  /** Bytes that wait, open and sealed. */
  get waitingBytes(): number {
    return this.#openBytes + this.sealedBytes;
  }

  add(entry: WindowEntry): void {
    this.#entries.push(entry);
    this.#openBytes += frameBytesOf(entry.body);
  }

  /** Ends the window and returns what it held; undefined when it is empty. The next one starts at `nowMs`. */
  seal(reason: FlushReason, nowMs: number): SealedBatch | undefined {
    this.flushedAtMs = nowMs;
    const entries = this.#entries;
    const first = entries[0];
    if (first === undefined) return undefined;
    const sizeBytes = this.#openBytes;
    this.#entries = [];
    this.#openBytes = 0;
    this.sealedBytes += sizeBytes;
    return {
      roomId: this.roomId,
      epoch: first.epoch,
      firstSeq: first.seq,
      bodies: entries.map((entry) => entry.body),
      sizeBytes,
      reason,
      firstAcceptedAtMs: first.acceptedAtMs,
      firstTakenAtMs: first.takenAtMs,
    };
  }
}
