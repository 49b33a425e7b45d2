import type { Lane } from '@longwire/domain';
import type { AccessMetrics } from '../metrics.ts';
import type { FanOutTally } from '../room/fan-out.ts';
import { emptyTally, fanOutBulk, fanOutExpress } from '../room/fan-out.ts';
import type { Member } from '../room/room.ts';
import type { EncodedBatch } from './encoded-batch.ts';
import { settleFanOut } from './fan-out-settler.ts';

/** Fan-outs that may wait per lane; a bulk one beyond it is shed, an express one goes out in one piece. */
export const MAX_WAITING = 32;

/** Called once, when the last member has been written to. */
export type OnWritten = (tally: FanOutTally) => void;

export interface PacerOptions {
  readonly metrics: AccessMetrics;
  /** Connections written to in one turn of the event loop. */
  readonly membersPerTurn: number;
}

interface Job {
  readonly batch: EncodedBatch;
  readonly members: readonly Member[];
  readonly tally: FanOutTally;
  readonly onWritten: OnWritten | undefined;
  next: number;
}

/**
 * Spreads fan-outs to very many connections over turns of the event loop, so that heartbeats and rooms go on in
 * between. Jobs of a lane go out in the order they came, express ones before bulk ones.
 */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #express: Job[] = [];
  readonly #bulk: Job[] = [];
  #isScheduled = false;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** Starts at once when nothing waits. `members` is a list of its own that nobody changes. */
  fanOut(lane: Lane, batch: EncodedBatch, members: readonly Member[], onWritten?: OnWritten): void {
    const jobs = lane === 'express' ? this.#express : this.#bulk;
    const job: Job = { batch, members, tally: emptyTally(), onWritten, next: 0 };
    if (jobs.length < MAX_WAITING) {
      jobs.push(job);
      if (!this.#isScheduled) this.#run();
    } else if (lane === 'express') {
      this.#write(lane, job, members.length);
    } else {
      this.#options.metrics.shed.inc({ reason: 'pacer' }, members.length);
    }
  }

  #run(): void {
    this.#isScheduled = false;
    const lane = this.#express.length > 0 ? 'express' : 'bulk';
    const jobs = lane === 'express' ? this.#express : this.#bulk;
    const [job] = jobs;
    if (job === undefined) return;
    this.#write(lane, job, this.#options.membersPerTurn);
    if (job.next >= job.members.length) jobs.shift();
    if (this.#express.length + this.#bulk.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  #write(lane: Lane, job: Job, count: number): void {
    const end = Math.min(job.members.length, job.next + count);
    const write = lane === 'express' ? fanOutExpress : fanOutBulk;
    write(job.batch, job.members, { start: job.next, end }, job.tally);
    job.next = end;
    if (end !== job.members.length) return;
    settleFanOut(job.tally, { lane, messages: 1 }, this.#options.metrics);
    job.onWritten?.(job.tally);
  }
}
