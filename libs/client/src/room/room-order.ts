import type { Timer } from '@longwire/domain';
import type { ClientClock } from '../clock.ts';
import type { Position } from '../message.ts';
import { Held } from './held.ts';
import { isAfter } from './position.ts';
import type { Placed } from './position.ts';

/** What op 23 said, when it said yes. */
export interface ResumeAnswer extends Position {
  readonly recovered: boolean;
}

export interface RoomOrderPorts<M extends Placed> {
  readonly clock: ClientClock;
  /** Takes the next message; false when the application has too many waiting, and then it is not taken. */
  deliver(message: M): boolean;
  /** Sends op 22; false when there is no connection to send it on. */
  ask(position: Position): boolean;
  /** Messages are gone for good: how many, null when nobody knows. */
  onGap(missed: number | null): void;
}

/**
 * `live`: each message is the next. `asking`: op 22 is out. `catching`: it was granted, the missed ones are coming.
 * `cut`: no connection. `full`: the application does not keep up.
 */
type Phase = 'live' | 'asking' | 'catching' | 'cut' | 'full';

const UNKNOWN: Position = { epoch: 0, seq: 0 };
const ANSWER_MS = 10_000;
const CATCH_UP_MS = 5_000;
const AGAIN_MS = 1_000;
const MAX_TRIES = 5;
/** Bytes of messages held back for one room while the ones before them are asked for. */
export const MAX_HELD_BYTES = 1024 * 1024;

/**
 * Puts the messages of one room in order: hands on each once, by rising `(epoch, seq)`, asks for what is missing, and
 * speaks of a gap only when asking did not help. Lives as long as the room is wanted, across connections.
 */
export class RoomOrder<M extends Placed> {
  readonly #ports: RoomOrderPorts<M>;
  readonly #held = new Held<M>(MAX_HELD_BYTES);
  #position: Position | undefined;
  #phase: Phase = 'cut';
  /** Where a hole was that op 22 went out for: the same hole is asked for once. */
  #mendedAt: Position | undefined;
  #targetSeq = 0;
  #tries = 0;
  /** It was not said where the room stood: messages may be missing that nothing shows. */
  #isUnsure = false;
  #wasStarted = false;
  #timer: Timer | undefined;

  constructor(ports: RoomOrderPorts<M>) {
    this.#ports = ports;
  }

  /** The room is joined on a connection: asks for what was missed, or where it stands when nothing is known of it. */
  start(): void {
    this.#isUnsure = this.#wasStarted && this.#position === undefined;
    this.#wasStarted = true;
    this.#tries = 0;
    if (this.#phase === 'full') return;
    if (this.#position !== undefined) return this.#ask();
    this.#enter('live');
    this.#ports.ask(UNKNOWN);
  }

  /** The connection is gone, or the client: no timer is left. What is held stays, the next {@link start} asks. */
  cut(): void {
    if (this.#phase !== 'full') this.#enter('cut');
  }

  /** The application has caught up after {@link RoomOrderPorts.deliver} said no, or messages were dropped before us. */
  askAgain(): void {
    if (this.#position !== undefined) this.#ask();
    else if (this.#phase === 'full') this.#enter('live');
  }

  take(message: M): void {
    if (this.#phase === 'full') return;
    const position = this.#learn({ epoch: message.epoch, seq: message.seq - 1 });
    if (!isAfter(message, position)) return;
    if (this.#phase === 'live' && message.epoch > position.epoch) this.#beginEpoch(message.epoch);
    if (this.#phase !== 'asking' && this.#isNext(message)) {
      if (this.#show(message)) this.#goOn();
      return;
    }
    this.#held.add(message);
    if (this.#phase === 'live') this.#mend();
  }

  answered({ recovered, epoch, seq }: ResumeAnswer): void {
    const answer = { epoch, seq };
    if (this.#phase !== 'asking' || this.#position === undefined) {
      if (epoch > 0) this.#learn(answer);
      return;
    }
    if (!recovered) {
      this.#isUnsure = epoch === 0;
      return this.#giveUp(answer);
    }
    this.#enter('catching', CATCH_UP_MS);
    this.#targetSeq = epoch === this.#position.epoch ? seq : 0;
    this.#goOn();
  }

  /** Op 22 was refused; `isPassing` when the same may be asked again in a moment. */
  refused(isPassing: boolean): void {
    if (this.#phase !== 'asking') return;
    this.#tries += 1;
    if (isPassing && this.#tries < MAX_TRIES) this.#enter('asking', AGAIN_MS, () => this.#ask());
    else this.#giveUp();
  }

  #isNext({ epoch, seq }: Position): boolean {
    return this.#position?.epoch === epoch && seq === this.#position.seq + 1;
  }

  /** Takes a first place, and returns the one there is. */
  #learn(place: Position): Position {
    if (this.#position === undefined) {
      if (this.#isUnsure && place.seq > 0) this.#ports.onGap(null);
      this.#isUnsure = false;
      this.#position = place;
    }
    return this.#position;
  }

  #beginEpoch(epoch: number): void {
    if (this.#isUnsure) this.#ports.onGap(null);
    this.#isUnsure = false;
    this.#position = { epoch, seq: 0 };
  }

  #ask(): void {
    const from = this.#position ?? UNKNOWN;
    this.#enter('asking', ANSWER_MS);
    if (!this.#ports.ask(from)) this.#enter('cut');
  }

  /** Hands on what was held for as far as it follows, and ends the catching up when it is done. */
  #goOn(): void {
    for (let next = this.#held.first(); next !== undefined; next = this.#held.first()) {
      if (this.#position !== undefined && isAfter(next, this.#position)) {
        if (!this.#isNext(next) || !this.#show(next)) break;
      }
      this.#held.dropFirst();
    }
    if (this.#phase !== 'catching' || (this.#position?.seq ?? 0) < this.#targetSeq) return;
    this.#enter('live');
    // What is held still does not follow, though all that was granted has come.
    if (this.#held.first() !== undefined) this.#mend();
  }

  /** Asks for the hole after the position; when that was done already and nothing came of it, takes the loss. */
  #mend(): void {
    const isAsked = this.#mendedAt !== undefined && !isAfter(this.#position ?? UNKNOWN, this.#mendedAt);
    this.#mendedAt = this.#position;
    if (isAsked) this.#giveUp();
    else this.#ask();
  }

  /** Takes the loss: what is held is handed on, each hole before it told, and counting goes on from `at`. */
  #giveUp(at: Position = UNKNOWN): void {
    this.#enter('live');
    for (const message of this.#held.takeAll()) {
      this.#skipTo({ epoch: message.epoch, seq: message.seq - 1 });
      if (this.#isNext(message) && !this.#show(message)) return;
    }
    this.#skipTo(at);
  }

  #skipTo(to: Position): void {
    const from = this.#position ?? UNKNOWN;
    if (!isAfter(to, from)) return;
    this.#position = to;
    this.#ports.onGap(to.epoch === from.epoch ? to.seq - from.seq : null);
  }

  #show(message: M): boolean {
    if (this.#ports.deliver(message)) {
      this.#position = { epoch: message.epoch, seq: message.seq };
      return true;
    }
    this.#held.takeAll();
    this.#enter('full');
    return false;
  }

  /** With a time, what to do when nothing else has happened by then: by default take the loss. */
  #enter(phase: Phase, withinMs?: number, task = (): void => this.#giveUp()): void {
    this.#timer?.cancel();
    this.#phase = phase;
    if (withinMs !== undefined) this.#timer = this.#ports.clock.after(withinMs, task);
  }
}
