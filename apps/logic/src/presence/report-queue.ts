import type { Clock, NodeId, ReportOutcome, Timer } from '@longwire/domain';

/** Most reports of one node that may wait; more are refused at once. */
export const MAX_WAITING_REPORTS = 64;

interface Entry {
  readonly apply: () => Promise<ReportOutcome>;
  readonly isWanted: () => boolean;
  readonly answer: (outcome: ReportOutcome) => void;
}

/**
 * Applies the reports of each node one after another, over all lines the node has to this process: a report that an
 * old line left behind never overtakes one of the new line. Nodes do not wait for each other.
 */
export interface ReportQueue {
  /**
   * Never rejects. `unavailable` when too many wait, when `isWanted` turns false before its turn, when the answer takes
   * longer than `deadlineMs`, or when `apply` rejects. A late `apply` still holds the node's turn until it settles, so
   * a hung store is asked one thing per node and not more.
   */
  run(nodeId: NodeId, apply: () => Promise<ReportOutcome>, isWanted: () => boolean): Promise<ReportOutcome>;
  /** Reports that wait or are being applied, over all nodes. */
  size(): number;
}

export interface ReportQueueOptions {
  readonly clock: Pick<Clock, 'after'>;
  readonly deadlineMs: number;
  /** Told why an `apply` rejected. Must not throw. */
  readonly onFault: (fault: unknown) => void;
}

export function createReportQueue({ clock, deadlineMs, onFault }: ReportQueueOptions): ReportQueue {
  /** The first entry of a line is the one being applied; a node without entries has no line. */
  const lines = new Map<NodeId, Entry[]>();
  let size = 0;

  const work = async (nodeId: NodeId, line: Entry[]): Promise<void> => {
    for (let entry = line[0]; entry !== undefined; entry = line[0]) {
      entry.answer(await outcomeOf(entry, onFault));
      line.shift();
      size -= 1;
    }
    lines.delete(nodeId);
  };

  return {
    size: () => size,
    run: (nodeId, apply, isWanted) =>
      new Promise((resolve) => {
        const line = lines.get(nodeId);
        if (line !== undefined && line.length > MAX_WAITING_REPORTS) {
          resolve('unavailable');
          return;
        }
        let isAnswered = false;
        const answer = (outcome: ReportOutcome): void => {
          isAnswered = true;
          timer.cancel();
          resolve(outcome);
        };
        const timer: Timer = clock.after(deadlineMs, () => answer('unavailable'));
        const entry: Entry = { apply, answer, isWanted: () => !isAnswered && isWanted() };
        size += 1;
        if (line === undefined) {
          const opened = [entry];
          lines.set(nodeId, opened);
          void work(nodeId, opened);
        } else {
          line.push(entry);
        }
      }),
  };
}

async function outcomeOf(entry: Entry, onFault: (fault: unknown) => void): Promise<ReportOutcome> {
  if (!entry.isWanted()) return 'unavailable';
  try {
    return await entry.apply();
  } catch (fault) {
    onFault(fault);
    return 'unavailable';
  }
}
