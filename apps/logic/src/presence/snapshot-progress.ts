import type { Clock, SessionChange } from '@longwire/domain';

/** How long parts are refused after one of their snapshot was lost, unless its last part comes earlier. */
export const REFUSE_PARTS_MS = 1000;

/**
 * How far one line's snapshot has come: the connections named so far, which are the whole truth once its last part is
 * in. A snapshot that lost a part must not end as if it were whole, so what follows the lost part is refused: until its
 * last part, or for {@link REFUSE_PARTS_MS} if the node began again without sending that.
 */
export interface SnapshotProgress {
  isRunning(): boolean;
  /** The connections of the snapshot this part belongs to; undefined: it belongs to one that has lost a part. */
  begin(isLast: boolean): ReadonlySet<string> | undefined;
  /** False: the snapshot that `begin` returned has lost a part or has ended since. */
  isCurrent(named: ReadonlySet<string>): boolean;
  /** Takes in what was applied; changes that come between the parts of a running snapshot count too. */
  note(changes: readonly SessionChange[]): void;
  /** The snapshot is over. */
  finish(): void;
  /** A part was not applied. `isLast`: it was the last one. */
  fail(isLast: boolean): void;
}

export function createSnapshotProgress(clock: Pick<Clock, 'monotonic'>): SnapshotProgress {
  let running: Set<string> | undefined;
  let refuseUntilMs = -Infinity;
  return {
    isRunning: () => running !== undefined,
    begin(isLast) {
      if (clock.monotonic() < refuseUntilMs) {
        if (isLast) refuseUntilMs = -Infinity;
        return undefined;
      }
      running ??= new Set();
      return running;
    },
    isCurrent: (named) => named === running,
    note(changes) {
      if (running === undefined) return;
      for (const change of changes) {
        if (change.type === 'close') running.delete(change.session.connectionId);
        else running.add(change.session.connectionId);
      }
    },
    finish() {
      running = undefined;
    },
    fail(isLast) {
      running = undefined;
      refuseUntilMs = isLast ? -Infinity : clock.monotonic() + REFUSE_PARTS_MS;
    },
  };
}
