import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AnswerMessage, Order, OrderAnswers } from './orders.ts';

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (cause: Error) => void;
}

/** A load generator process, seen from the bench. It ends with the bench, however that ends. */
export class LoadHandle {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor() {
    this.#child = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)), {
      serialization: 'advanced',
      // Only our own channel may end it: Ctrl-C on a terminal reaches the whole group.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => this.#onAnswer(message as AnswerMessage));
    this.#child.once('exit', (code, signal) => this.#onExit(`a load process ended with ${signal ?? code}`));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves with the answer to the order; rejects with what went wrong there, or when the process is gone. */
  ask<Kind extends Order['kind']>(order: Extract<Order, { kind: Kind }>): Promise<OrderAnswers[Kind]> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as OrderAnswers[Kind]), reject });
      this.#child.send({ id, order });
    });
  }

  stop(): void {
    this.#child.removeAllListeners('exit');
    if (this.#child.connected) this.#child.disconnect();
  }

  #onAnswer({ id, answer, fault }: AnswerMessage): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (fault === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(`load process: ${fault}`));
  }

  #onExit(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }
}
