import type { ControlApi, NodeDirective, NodeLink, NodeReport } from '@longwire/domain';

/** A control tier that stores nothing: it notes what it is told and answers what the test sets. */
export class FakeControlApi implements ControlApi {
  readonly reports: NodeReport[] = [];
  openedLinks = 0;
  closedLinks = 0;
  isReady = true;
  /** How a report is answered. */
  answer: (report: NodeReport) => NodeDirective | undefined | Promise<NodeDirective | undefined> = () => ({
    state: 'active',
    alternatives: [],
  });

  openNodeLink(): NodeLink {
    this.openedLinks += 1;
    let isOpen = true;
    return {
      report: async (report) => {
        if (!isOpen) return undefined;
        this.reports.push(report);
        return this.answer(report);
      },
      close: async () => {
        if (isOpen) this.closedLinks += 1;
        isOpen = false;
      },
    };
  }

  isAvailable(): boolean {
    return this.isReady;
  }
}
