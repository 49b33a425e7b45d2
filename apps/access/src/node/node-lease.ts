import type {
  ControlApi,
  LoadReport,
  NodeAlternative,
  NodeDescription,
  NodeDirective,
  NodeLink,
} from '@longwire/domain';

export interface NodeLeaseOptions {
  readonly control: Pick<ControlApi, 'openNodeLink'>;
  /** Addresses are known only after the listeners are open. */
  readonly describe: () => NodeDescription;
  readonly measure: () => LoadReport;
  /** The node takes no new clients now. */
  readonly isLeaving: () => boolean;
  readonly onDirective: (directive: NodeDirective) => void;
}

/** Keeps this node known to control and hears what control wants of it. Without control the node goes on as it was. */
export class NodeLease {
  readonly #options: NodeLeaseOptions;
  #link: NodeLink | null = null;
  #isAnswered = false;
  #isLeavingKnown = false;
  #alternatives: readonly NodeAlternative[] = [];

  constructor(options: NodeLeaseOptions) {
    this.#options = options;
  }

  /** Control has answered the last report. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Where clients that must leave should go, as control last said. */
  get alternatives(): readonly NodeAlternative[] {
    return this.#alternatives;
  }

  /** Control knows that the node is leaving and has no other to send its clients to. */
  get isLastOne(): boolean {
    return this.#isLeavingKnown && this.#alternatives.length === 0;
  }

  start(): void {
    this.#link = this.#options.control.openNodeLink();
  }

  /** Renews the lease; to be called about once a second, never twice at a time. Never rejects. */
  async renew(): Promise<void> {
    const { describe, measure, isLeaving, onDirective } = this.#options;
    const report = { description: describe(), load: measure(), isLeaving: isLeaving() };
    const directive = await this.#link?.report(report);
    this.#isAnswered = directive !== undefined;
    if (directive === undefined) return;
    this.#alternatives = directive.alternatives;
    this.#isLeavingKnown = report.isLeaving;
    onDirective(directive);
  }

  /** Says that the node has stopped. */
  async stop(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    this.#isAnswered = false;
    await link?.close();
  }
}
