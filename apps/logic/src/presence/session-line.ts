import type { Clock, NodeIncarnation, PresenceStore, ReportOutcome, SessionReport } from '@longwire/domain';
import type { EventOutbox } from '../events/event-outbox.ts';
import { createSnapshotProgress } from './snapshot-progress.ts';

type ChangesReport = Extract<SessionReport, { type: 'changes' }>;
type DigestReport = Extract<SessionReport, { type: 'digest' }>;
type SnapshotPart = Extract<SessionReport, { type: 'snapshot' }>;

export interface SessionLineOptions {
  readonly store: Pick<PresenceStore, 'renewNode' | 'apply' | 'completeSnapshot' | 'reconcile'>;
  readonly outbox: Pick<EventOutbox, 'appendLater' | 'append'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** A node that has not reported for so long is swept. */
  readonly leaseTtlMs: number;
  /** Told how each digest compared. Must not throw. */
  readonly onDigest: (node: NodeIncarnation, result: 'same' | 'differs') => void;
}

/** What one line of a node has said so far, and what it means for the store. One report at a time. */
export interface SessionLine {
  /** Rejects when the store does: the report is then to be taken as not applied. */
  apply(report: SessionReport): Promise<ReportOutcome>;
  /** The node was told that this report was not applied, whatever becomes of it. */
  abandon(report: SessionReport): void;
}

/**
 * Applies the reports that come over one line to the presence store. Every report, an empty one too, renews the node's
 * lease first; a store that has lost the node answers that with `unknown`, and the node is asked for a snapshot.
 */
export function createSessionLine(node: NodeIncarnation, options: SessionLineOptions): SessionLine {
  const { store, outbox, leaseTtlMs } = options;
  const snapshot = createSnapshotProgress(options.clock);

  const applyChanges = async (report: ChangesReport): Promise<ReportOutcome> => {
    const lease = await store.renewNode(node, leaseTtlMs);
    if (lease === 'unknown' && !snapshot.isRunning()) return 'resync';
    const entered = report.changes.length === 0 ? [] : await store.apply(node, report.changes);
    snapshot.note(report.changes);
    if (report.uplinks.length === 0) {
      outbox.appendLater(entered);
      return 'applied';
    }
    // Enter events go first, so that who spoke is known to be there; uplinks are answered for, so they are waited for.
    return (await outbox.append(entered, report.uplinks)) ? 'applied' : 'unavailable';
  };

  const applyPart = async (part: SnapshotPart, named: ReadonlySet<string>): Promise<ReportOutcome> => {
    await store.renewNode(node, leaseTtlMs);
    if (part.changes.length > 0) outbox.appendLater(await store.apply(node, part.changes));
    // Abandoned while the store took its time: the node begins again, and this set is no longer the whole truth.
    if (!snapshot.isCurrent(named)) return 'unavailable';
    snapshot.note(part.changes);
    if (!part.isLast) return 'applied';
    await store.completeSnapshot(node, named);
    if (snapshot.isCurrent(named)) snapshot.finish();
    return 'applied';
  };

  /** Reports of a node are applied one at a time, so the store holds what the node had when it made the digest. */
  const compare = async ({ digest }: DigestReport): Promise<ReportOutcome> => {
    if (snapshot.isRunning()) return 'applied';
    if ((await store.renewNode(node, leaseTtlMs)) === 'unknown') return 'resync';
    const result = await store.reconcile(node, digest);
    options.onDigest(node, result);
    return result === 'same' ? 'applied' : 'resync';
  };

  return {
    async apply(report) {
      if (report.type === 'changes') return applyChanges(report);
      if (report.type === 'digest') return compare(report);
      const named = snapshot.begin(report.isLast);
      if (named === undefined) return 'resync';
      try {
        return await applyPart(report, named);
      } catch (fault) {
        if (snapshot.isCurrent(named)) snapshot.fail(report.isLast);
        throw fault;
      }
    },
    abandon(report) {
      if (report.type === 'snapshot') snapshot.fail(report.isLast);
    },
  };
}
