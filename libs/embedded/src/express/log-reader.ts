import type { ExpressLogFollower } from '@longwire/domain';
import { decodeAcks, decodeMessage } from './log-codec.ts';
import type { EntryRow, LogStatements } from './log-statements.ts';

/** So many entries are handed over before the event loop gets its turn. */
const ENTRIES_PER_TURN = 500;

/** One follower's place in the log: reads on from it whenever it is woken. */
export class LogReader {
  readonly #sql: LogStatements;
  readonly #follower: ExpressLogFollower;
  readonly #isOpen: () => boolean;
  #position = 0;
  #isScheduled = false;
  #isCaughtUp = false;
  #isStopped = false;

  constructor(sql: LogStatements, follower: ExpressLogFollower, isOpen: () => boolean) {
    this.#sql = sql;
    this.#follower = follower;
    this.#isOpen = isOpen;
  }

  /** There may be new entries. */
  wake(): void {
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#read();
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  #read(): void {
    if (this.#isStopped || !this.#isOpen()) return;
    const rows = this.#sql.readAfter(this.#position, ENTRIES_PER_TURN);
    for (const row of rows) {
      this.#position = row.position;
      this.#handOver(row);
      if (this.#isStopped) return;
    }
    if (rows.length === ENTRIES_PER_TURN) this.wake();
    else if (!this.#isCaughtUp) {
      this.#isCaughtUp = true;
      this.#follower.onCaughtUp();
    }
  }

  #handOver({ kind, head, payload, position }: EntryRow): void {
    if (kind === 'acks') {
      this.#follower.onAcks(decodeAcks(head), position);
      return;
    }
    const { message, acks } = decodeMessage(head, payload);
    this.#follower.onMessage(message, position);
    if (acks.length > 0) this.#follower.onAcks(acks, position);
  }
}
