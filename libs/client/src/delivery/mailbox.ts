import type { Message } from '../message.ts';

/** Takes one message; what it returns is waited for before it gets the next. To throw or reject is not to take it. */
export type Handler<M = Message> = (message: M) => unknown;

interface Entry {
  readonly message: Message;
  readonly done: (failed: readonly Listener[]) => void;
  readonly failed: Listener[];
  left: number;
}

/** One handler and the messages that wait for it. */
export interface Listener {
  /** `*`: every one. */
  readonly cmds: ReadonlySet<string>;
  /** Undefined: of every room and of none. */
  readonly roomId: string | undefined;
  readonly handler: Handler;
  readonly waiting: Entry[];
  isBusy: boolean;
}

export interface ListenerOptions {
  readonly cmds: readonly string[];
  readonly roomId: string | undefined;
  readonly handler: Handler;
}

/**
 * Hands each message to the listeners it is for. Each listener gets its messages one at a time, in the order offered, and
 * no listener waits for another. Holds what it is given without a bound of its own: who offers counts what is not done.
 */
export class Mailbox {
  readonly #listeners = new Set<Listener>();
  readonly #onError: (error: unknown, message: Message) => void;

  constructor(onError: (error: unknown, message: Message) => void) {
    this.#onError = onError;
  }

  /** Adds a listener; returns how to remove it. What still waits for a removed one counts as taken. */
  add({ cmds, roomId, handler }: ListenerOptions): () => void {
    const listener: Listener = { cmds: new Set(cmds), roomId, handler, waiting: [], isBusy: false };
    this.#listeners.add(listener);
    return () => {
      if (!this.#listeners.delete(listener)) return;
      for (const entry of listener.waiting.splice(0)) finish(entry);
    };
  }

  /** Calls `done` once all its listeners took the message, with those that failed; at once when there are none. */
  offer(message: Message, done: Entry['done'], only?: readonly Listener[]): void {
    const { cmd, roomId } = message;
    const listeners = (only ?? [...this.#listeners]).filter(
      (listener) =>
        this.#listeners.has(listener) &&
        (listener.cmds.has(cmd) || listener.cmds.has('*')) &&
        (listener.roomId === undefined || listener.roomId === roomId),
    );
    const entry: Entry = { message, done, failed: [], left: listeners.length + 1 };
    for (const listener of listeners) {
      listener.waiting.push(entry);
      this.#work(listener);
    }
    finish(entry);
  }

  #work(listener: Listener): void {
    while (!listener.isBusy) {
      const entry = listener.waiting.shift();
      if (entry === undefined) return;
      listener.isBusy = true;
      const free = (): void => {
        listener.isBusy = false;
        finish(entry);
      };
      const fail = (error: unknown): void => {
        entry.failed.push(listener);
        this.#onError(error, entry.message);
        free();
      };
      try {
        const outcome = listener.handler(entry.message) as PromiseLike<unknown> | undefined;
        if (typeof outcome?.then !== 'function') free();
        else {
          void outcome.then(free, fail).then(() => this.#work(listener));
          return;
        }
      } catch (error) {
        fail(error);
      }
    }
  }
}

function finish(entry: Entry): void {
  entry.left -= 1;
  if (entry.left === 0) entry.done(entry.failed);
}
