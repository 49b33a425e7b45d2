import type { Timer } from '@longwire/domain';
import type { ClientClock } from '../clock.ts';

/** Ids of 64 characters each, so that a frame stays below the 4 KiB a server takes. */
const MAX_IDS_PER_FRAME = 50;
const GATHER_MS = 5;
/** Acks kept while there is no connection; what is above is forgotten, and its message comes again and is acked then. */
const MAX_KEPT = 1_000;

/** Gathers acks into few frames, and keeps them over a reconnect. */
export class AckBatcher {
  readonly #clock: ClientClock;
  readonly #send: (ids: readonly string[]) => boolean;
  readonly #ids: string[] = [];
  #timer: Timer | undefined;

  /** `send` returns false when there is no connection. */
  constructor(clock: ClientClock, send: (ids: readonly string[]) => boolean) {
    this.#clock = clock;
    this.#send = send;
  }

  add(id: string): void {
    if (this.#ids.length < MAX_KEPT) this.#ids.push(id);
    this.#timer ??= this.#clock.after(GATHER_MS, () => this.flush());
  }

  /** Sends what is there now; to be called when a connection is up as well. */
  flush(): void {
    this.stop();
    while (this.#ids.length > 0 && this.#send(this.#ids.slice(0, MAX_IDS_PER_FRAME))) {
      this.#ids.splice(0, MAX_IDS_PER_FRAME);
    }
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
