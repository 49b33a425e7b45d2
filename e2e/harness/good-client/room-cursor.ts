/** Place of a message in its room's order. */
export interface RoomPosition {
  readonly epoch: number;
  readonly seq: number;
}

export interface Placed<Message> {
  readonly position: RoomPosition;
  readonly message: Message;
}

/** What a resume has told: the place that the room stands at, and whether all before it is on its way. */
export interface ResumeAnswer {
  readonly code: number;
  readonly recovered: boolean;
  readonly epoch: number;
  readonly seq: number;
}

/** Messages that the server said it cannot give back: after the first place, up to the second. */
export interface RoomGap {
  readonly after: RoomPosition | undefined;
  readonly upTo: RoomPosition;
}

const MAX_HELD = 5000;

/**
 * A client's place in one room, after WIRE.md ("Order, copies and acks", "Resume"): shows each message once and in order,
 * and asks for what is missing. Pure: the caller sends what it is told to.
 */
export class RoomCursor<Message> {
  readonly #show: (placed: Placed<Message>) => void;
  #last: RoomPosition | undefined;
  #held: Placed<Message>[] | undefined;

  constructor(show: (placed: Placed<Message>) => void) {
    this.#show = show;
  }

  /** The last message shown, or the place a resume gave. */
  get last(): RoomPosition | undefined {
    return this.#last;
  }

  get isResuming(): boolean {
    return this.#held !== undefined;
  }

  /** Op 22 goes out now: messages are held until its answer. */
  beginResume(): void {
    this.#held ??= [];
  }

  /** Takes a message; returns `resume` when messages before it are missing: begin a resume, the message is held. */
  receive(placed: Placed<Message>): 'shown' | 'held' | 'copy' | 'resume' {
    if (this.#held !== undefined) {
      if (this.#held.length < MAX_HELD) this.#held.push(placed);
      return 'held';
    }
    const last = this.#last;
    if (last !== undefined && !isAfter(placed.position, last)) return 'copy';
    // A new epoch counts from 1: what came before a later number of it, and what the old one had left, may be missing.
    const isNext = last === undefined || (placed.position.epoch === last.epoch && placed.position.seq === last.seq + 1);
    if (!isNext) {
      this.#held = [placed];
      return 'resume';
    }
    this.#advance(placed);
    return 'shown';
  }

  /**
   * The answer to the resume. Recovered: what was held comes again, in order. Else what was held is shown, and the gap
   * before it returned: up to the place the server names, or, with another code than 0, up to the newest held.
   */
  finishResume(answer: ResumeAnswer): RoomGap | undefined {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (answer.code === 0 && answer.recovered) return undefined;
    const after = this.#last;
    for (const placed of held) {
      if (this.#last === undefined || isAfter(placed.position, this.#last)) this.#advance(placed);
    }
    const told = answer.code === 0 ? { epoch: answer.epoch, seq: answer.seq } : undefined;
    if (told !== undefined) this.#last = told;
    const upTo = this.#last;
    if (upTo === undefined || (after !== undefined && !isAfter(upTo, after))) return undefined;
    return { after, upTo };
  }

  /** The connection of a resume is gone: what was held comes again on the next one. */
  forgetHeld(): void {
    this.#held = undefined;
  }

  #advance(placed: Placed<Message>): void {
    this.#last = placed.position;
    this.#show(placed);
  }
}

function isAfter(a: RoomPosition, b: RoomPosition): boolean {
  return a.epoch === b.epoch ? a.seq > b.seq : a.epoch > b.epoch;
}
