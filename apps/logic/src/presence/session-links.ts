import type {
  Clock,
  NodeIncarnation,
  ReportOutcome,
  SessionLink,
  SessionLinkEvents,
  SessionReport,
} from '@longwire/domain';
import { createReportQueue } from './report-queue.ts';
import type { ReportQueue } from './report-queue.ts';
import { createSessionLine } from './session-line.ts';
import type { SessionLineOptions } from './session-line.ts';

/** A report that takes longer is answered `unavailable`. */
export const REPORT_DEADLINE_MS = 2000;

export interface SessionLinksOptions extends SessionLineOptions {
  readonly clock: Clock;
  /** Told the outcome of each report and how long it took. Must not throw. */
  readonly onReport: (report: SessionReport, outcome: ReportOutcome, tookMs: number) => void;
  /** Told what the store rejected a report with. Must not throw. */
  readonly onFault: (fault: unknown) => void;
}

/** The lines that access nodes have to this process. */
export interface SessionLinks {
  open(node: NodeIncarnation, events: SessionLinkEvents): SessionLink;
  /** Lines open now. */
  openCount(): number;
  /** Reports that wait or are being applied. */
  waitingCount(): number;
}

export function createSessionLinks(options: SessionLinksOptions): SessionLinks {
  const { clock, onFault } = options;
  const queue = createReportQueue({ clock, deadlineMs: REPORT_DEADLINE_MS, onFault });
  let openCount = 0;
  return {
    openCount: () => openCount,
    waitingCount: () => queue.size(),
    open(node, events) {
      openCount += 1;
      return createLink({ node, events, queue, options, onClose: () => (openCount -= 1) });
    },
  };
}

interface LinkParts {
  readonly node: NodeIncarnation;
  readonly events: SessionLinkEvents;
  readonly queue: ReportQueue;
  readonly options: SessionLinksOptions;
  readonly onClose: () => void;
}

function createLink({ node, events, queue, options, onClose }: LinkParts): SessionLink {
  const { clock, onReport } = options;
  const line = createSessionLine(node, options);
  let isOpen = true;
  // After this call returned: the caller does not have its line before.
  queueMicrotask(() => {
    if (isOpen) events.onResync();
  });
  return {
    async report(report) {
      if (!isOpen) return 'unavailable';
      const startedAtMs = clock.monotonic();
      const outcome = await queue.run(
        node.nodeId,
        () => line.apply(report),
        () => isOpen,
      );
      if (outcome === 'unavailable') line.abandon(report);
      onReport(report, outcome, clock.monotonic() - startedAtMs);
      return outcome;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      onClose();
    },
  };
}
