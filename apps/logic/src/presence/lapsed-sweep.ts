import type { NodeIncarnation, PresenceStore } from '@longwire/domain';

/** Sessions closed in one step: short enough that others get their turn at the store between. */
export const SWEEP_STEP = 500;

export interface LapsedSweepOptions {
  readonly store: Pick<PresenceStore, 'lapsedNodes' | 'sweepNode'>;
  /** Told of each node that had sessions and has none now. Must not throw. */
  readonly onSwept: (node: NodeIncarnation, sessions: number) => void;
}

/**
 * One round: closes the sessions of every node whose lease has lapsed or that was started anew. The leaves this causes
 * have their grace like any other. Several replicas may sweep at once; each session is closed once.
 */
export async function sweepLapsedNodes({ store, onSwept }: LapsedSweepOptions, signal: AbortSignal): Promise<void> {
  for (const node of await store.lapsedNodes()) {
    let sessions = 0;
    for (;;) {
      if (signal.aborted) return;
      const closed = await store.sweepNode(node, SWEEP_STEP);
      if (closed === 0) break;
      sessions += closed;
    }
    if (sessions > 0) onSwept(node, sessions);
  }
}
