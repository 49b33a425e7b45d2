import type { Clock, RoomId } from '@longwire/domain';
import { encodeRefusal, encodeResumeReply, OPERATION, REPLY_CODES } from '@longwire/wire';
import type { Connection } from '../connection/connection.ts';
import { MAX_PENDING_REQUESTS } from '../connection/room-requests.ts';
import type { Room } from '../room/room.ts';
import type { OwnerHistory } from './owner-history.ts';
import type { Replay, Replays } from './replays.ts';
import type { OwnersWord, PastOutcome, RoomPast } from './room-past.ts';

/** An owner that hangs is asked again: another may have taken over, and a question reaches whoever listens when it is put. */
const ANSWER_WITHIN_MS = 1000;
/** An owner that does not answer, or has not begun, is asked again after this. */
const ASK_AGAIN_MS = 100;
const NO_BYTES = new Uint8Array(0);

/** What became of op 22. `here`: from what this node keeps; `owner`: after asking; `late`: the owner did not say in time. */
export type ResumeOutcome = 'here' | 'owner' | 'gone' | 'late' | 'refused';

export interface ResumeRequest {
  readonly seq: number;
  readonly roomId: RoomId;
  /** The client's position in the room: what it saw last. */
  readonly epoch: number;
  readonly roomSeq: number;
}

export interface ResumesOptions {
  readonly past: RoomPast;
  readonly owner: OwnerHistory;
  readonly replays: Replays;
  readonly clock: Clock;
  /** How long a client waits for the owner at most. */
  readonly waitMs: number;
  readonly onResumed: (outcome: ResumeOutcome, replay: Replay | null) => void;
  readonly onFault: (caught: unknown) => void;
}

interface Waiter {
  readonly connection: Connection;
  readonly request: ResumeRequest;
  readonly deadlineMs: number;
  /** Where the room stood here when the client was taken out of the fan-out. */
  readonly sinceEpoch: number;
  readonly sinceSeq: number;
}

/**
 * Op 22: what a client missed of a room, exactly, or the honest word that it is gone. Answered in the same turn from what
 * this node keeps; else the room's owner is asked, once for all who wait, while the client is left out of the room's
 * batches. In both cases the reply, what was missed and what comes next follow each other without a hole or a copy.
 */
export class Resumes {
  readonly #options: ResumesOptions;
  readonly #waiting = new Map<Room, Waiter[]>();

  constructor(options: ResumesOptions) {
    this.#options = options;
  }

  resume(connection: Connection, request: ResumeRequest): void {
    const room = connection.rooms.find(({ roomId }) => roomId === request.roomId);
    // The answer goes up to where the room stands: what is on its way to the client is not to come behind it.
    room?.fanOut?.settleFor(connection);
    if (room === undefined) this.#refuse(connection, request, 'notFound');
    else if (room.isHeld(connection)) this.#refuse(connection, request, 'conflict');
    else if (connection.pendingRequests >= MAX_PENDING_REQUESTS) this.#refuse(connection, request, 'limited');
    else this.#answerOrWait(connection, room, request);
  }

  #answerOrWait(connection: Connection, room: Room, request: ResumeRequest): void {
    const outcome = this.#options.past.after(room, request.epoch, request.roomSeq);
    if (outcome.kind === 'unknown') this.#wait(connection, room, request);
    else this.#answer(connection, room, request, { outcome, how: 'here' });
  }

  #wait(connection: Connection, room: Room, request: ResumeRequest): void {
    const { clock, waitMs, onFault } = this.#options;
    room.hold(connection);
    connection.pendingRequests += 1;
    const deadlineMs = clock.monotonic() + waitMs;
    const waiter = { connection, request, deadlineMs, sinceEpoch: room.epoch, sinceSeq: room.lastSeq };
    const waiters = this.#waiting.get(room);
    if (waiters !== undefined) {
      // A new list: the one there names whom the question under way was put for.
      this.#waiting.set(room, [...waiters, waiter]);
      return;
    }
    this.#waiting.set(room, [waiter]);
    void this.#askFor(room).catch((caught: unknown) => {
      onFault(caught);
      for (const left of this.#take(room, () => true)) this.#settle(room, left, { kind: 'unknown' });
    });
  }

  /** Asks until nobody waits: a new question serves all who came while the one before was under way. */
  async #askFor(room: Room): Promise<void> {
    const { owner, clock } = this.#options;
    // A join that came with the resume: what comes from now on must come here first.
    if (!room.isReady) await room.ready;
    let otherEpoch = 0;
    for (let waiters = this.#current(room); waiters.length > 0; waiters = this.#current(room)) {
      const question = toQuestion(room, waiters, otherEpoch);
      const restMs = Math.min(...waiters.map(({ deadlineMs }) => deadlineMs)) - clock.monotonic();
      const timeoutMs = Math.max(1, Math.min(ANSWER_WITHIN_MS, restMs));
      const word = await owner.ask(room, { ...question, timeoutMs });
      const isOther = word !== undefined && word.reply.roomEpoch > Math.max(room.epoch, question.epoch);
      if (isOther && room.epoch > 0) otherEpoch = word.reply.roomEpoch;
      else if (word === undefined || !this.#learn(room, word, waiters)) await this.#pause();
    }
  }

  /** Those who still wait, after what is over has been settled. The room's queue ends with the last one. */
  #current(room: Room): readonly Waiter[] {
    const nowMs = this.#options.clock.monotonic();
    for (const late of this.#take(room, ({ deadlineMs }) => room.isDropped || deadlineMs <= nowMs)) {
      this.#settle(room, late, this.#options.past.after(room, late.request.epoch, late.request.roomSeq));
    }
    return this.#waiting.get(room) ?? [];
  }

  /** `askedFor` waited when the question was put: for who came since, the answer may be from before what it has seen. */
  #learn(room: Room, word: OwnersWord, askedFor: readonly Waiter[]): boolean {
    const { past } = this.#options;
    // A room that is no longer kept must not come back into what is kept.
    if (room.isDropped || !past.learn(room, word)) return false;
    const wasAskedFor = new Set(askedFor);
    const answers = new Map<Waiter, PastOutcome>();
    for (const waiter of this.#waiting.get(room) ?? []) {
      const { epoch, roomSeq } = waiter.request;
      const outcome = past.after(room, epoch, roomSeq);
      // The owner was asked for just this and more: what it did not say, nobody knows.
      const isAnswered = epoch !== room.epoch || (word.epoch === room.epoch && word.afterSeq <= roomSeq);
      const isFinal = isAnswered && wasAskedFor.has(waiter);
      if (outcome.kind !== 'unknown') answers.set(waiter, outcome);
      else if (isFinal) answers.set(waiter, { kind: 'gone' });
    }
    for (const waiter of this.#take(room, (candidate) => answers.has(candidate))) {
      this.#settle(room, waiter, answers.get(waiter) ?? { kind: 'gone' });
    }
    return true;
  }

  #take(room: Room, isTaken: (waiter: Waiter) => boolean): readonly Waiter[] {
    const waiters = this.#waiting.get(room) ?? [];
    const rest = waiters.filter((waiter) => !isTaken(waiter));
    if (rest.length > 0) this.#waiting.set(room, rest);
    else this.#waiting.delete(room);
    return waiters.filter(isTaken);
  }

  #settle(room: Room, waiter: Waiter, outcome: PastOutcome): void {
    const { connection, request } = waiter;
    connection.pendingRequests -= 1;
    // Who has left and come back is not held, and is not to be refused ahead of a batch.
    room.fanOut?.settleFor(connection);
    const isStillHeld = room.release(connection);
    if (connection.isClosed) return;
    if (!isStillHeld) this.#refuse(connection, request, 'notFound');
    else if (outcome.kind === 'there') this.#answer(connection, room, request, { outcome, how: 'owner' });
    else this.#giveUp(room, waiter, outcome.kind === 'gone' ? 'gone' : 'late');
  }

  /**
   * Nothing is recovered, but what came while the client was left out follows. Without the owner's word a client that is
   * ahead of this node keeps its position: it would be shown again what it has seen.
   */
  #giveUp(room: Room, waiter: Waiter, how: 'gone' | 'late'): void {
    const { connection, request, sinceEpoch, sinceSeq } = waiter;
    if (how === 'late' && isAhead(request, room)) {
      const { seq, epoch, roomSeq } = request;
      const reply = encodeResumeReply({ seq, code: REPLY_CODES.ok.code, recovered: false, epoch, roomSeq });
      if (connection.sendInOrder(reply, NO_BYTES)) this.#options.onResumed(how, null);
      else this.#refuse(connection, request, 'limited');
      return;
    }
    const outSinceSeq = sinceEpoch === room.epoch ? sinceSeq : room.beganAfterSeq;
    const seenSeq = request.epoch === room.epoch && request.roomSeq <= room.lastSeq ? request.roomSeq : 0;
    const roomSeq = Math.max(outSinceSeq, seenSeq);
    const since = this.#options.past.after(room, room.epoch, roomSeq);
    if (since.kind === 'there' && since.batches.length > 0) {
      this.#answer(connection, room, { ...request, roomSeq }, { outcome: since, how, isRecovered: false });
    } else {
      this.#answer(connection, room, request, { outcome: { kind: 'gone' }, how });
    }
  }

  #answer(connection: Connection, room: Room, request: ResumeRequest, answer: Answer): void {
    const { replays, onResumed } = this.#options;
    const { outcome, how, isRecovered = true } = answer;
    const position = { slot: connection.slot, seq: request.roomSeq };
    const replay = outcome.kind === 'there' ? replays.make(room, outcome.batches, position) : null;
    const { seq } = request;
    const isThere = replay !== null && connection.outbox.couldHold(replay.bytes.length);
    const roomSeq = isThere && !isRecovered ? request.roomSeq : room.lastSeq;
    const recovered = isThere && isRecovered;
    const reply = encodeResumeReply({ seq, code: REPLY_CODES.ok.code, recovered, epoch: room.epoch, roomSeq });
    if (!connection.sendInOrder(reply, isThere ? replay.bytes : NO_BYTES)) this.#refuse(connection, request, 'limited');
    else if (isThere) onResumed(how, replay);
    else onResumed(how === 'late' ? how : 'gone', null);
  }

  #refuse(connection: Connection, { seq }: ResumeRequest, name: keyof typeof REASONS): void {
    const { op, code, reason } = { op: OPERATION.resumeReply, code: REPLY_CODES[name].code, reason: REASONS[name] };
    connection.send(encodeRefusal({ op, seq, code, reason }));
    this.#options.onResumed('refused', null);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(ASK_AGAIN_MS, resolve));
  }
}

interface Answer {
  readonly outcome: PastOutcome;
  readonly how: ResumeOutcome;
  /** Default true; false: what follows is only what came meanwhile. */
  readonly isRecovered?: boolean;
}

const REASONS = {
  notFound: 'the connection is not in this room',
  conflict: 'a resume of this room is under way',
  limited: 'too much waits for this connection',
} as const;

function isAhead({ epoch, roomSeq }: ResumeRequest, room: Room): boolean {
  return epoch > room.epoch || (epoch === room.epoch && roomSeq > room.lastSeq);
}

function toQuestion(room: Room, waiters: readonly Waiter[], otherEpoch: number): { epoch: number; afterSeq: number } {
  const newest = Math.max(...waiters.map(({ request }) => request.epoch));
  const epoch = Math.max(room.epoch === 0 ? newest : room.epoch, otherEpoch);
  if (epoch > room.epoch && room.epoch > 0) return { epoch, afterSeq: 0 };
  const seqs = waiters.flatMap(({ request }) => (request.epoch === epoch ? [request.roomSeq] : []));
  // What this node lacks is asked for along, so that its members get it too.
  return { epoch, afterSeq: Math.min(...seqs, room.epoch === epoch ? room.lastSeq : Number.MAX_SAFE_INTEGER) };
}
