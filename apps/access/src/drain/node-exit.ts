import type { Clock, NodeDirective } from '@longwire/domain';
import type { ConnectionTable } from '../connection/connection-table.ts';
import type { ConnectGate } from '../limit/connect-gate.ts';
import type { NodeLease } from '../node/node-lease.ts';
import type { ListenerGroup } from '../transport/listener-group.ts';
import type { Drain } from './drain.ts';

/** How long clients get to take their goodbye when the process ends. */
const GOODBYE_MS = 500;
/** How often a node that leaves asks where its clients should go: when all end at once, the others leave meanwhile. */
const REPORT_MS = 250;

export interface NodeExitOptions {
  readonly drain: Drain;
  readonly gate: ConnectGate;
  readonly listeners: ListenerGroup;
  readonly lease: NodeLease;
  readonly table: ConnectionTable;
  readonly clock: Clock;
  readonly maxDrainMs: number;
  /** Says at once to control what the next report would say. */
  readonly reportNow: () => void;
  readonly onResumeFailed: (caught: unknown) => void;
}

/** How a node empties: because an operator wants it (and may take that back), or because the process is to end. */
export class NodeExit {
  readonly #options: NodeExitOptions;
  /** The process is to end. */
  #isEnding = false;
  #isOpening = false;

  constructor(options: NodeExitOptions) {
    this.#options = options;
  }

  /** No client can come: the node is being emptied, or has been and its ports are not open again yet. */
  get isLeaving(): boolean {
    const { drain, listeners } = this.#options;
    return this.#isEnding || drain.isRunning || !listeners.isOpen;
  }

  /** Control's word, about once a second. An ejected node serves whom it has; control sends it nobody. */
  onDirective({ state }: NodeDirective): void {
    if (this.#isEnding) return;
    if (state === 'draining') this.#begin(null);
    else if (this.isLeaving) this.#takeBack();
  }

  /**
   * The process is to end: resolves when the node is empty, the deadline is over, or there is no other node for its
   * clients: the last one of a cluster waits for nobody.
   */
  async leave(deadlineMs: number): Promise<void> {
    const { drain, lease, maxDrainMs, reportNow, clock } = this.#options;
    this.#isEnding = true;
    const totalMs = Math.min(deadlineMs, maxDrainMs);
    this.#begin(totalMs);
    const reports = clock.every(REPORT_MS, reportNow);
    try {
      await drain.whenDone(totalMs, () => lease.isLastOne);
    } finally {
      reports.cancel();
    }
  }

  /** Closes whoever is left and waits a moment for the goodbyes to get through. */
  async finish(): Promise<void> {
    const { drain, listeners, table, clock } = this.#options;
    this.#isEnding = true;
    drain.cancel();
    listeners.pause();
    for (const connection of table.connections.slice()) connection.close('shutdown');
    const untilMs = clock.monotonic() + GOODBYE_MS;
    while (table.lingering.size > 0 && clock.monotonic() < untilMs) {
      await new Promise<void>((resolve) => clock.after(10, resolve));
    }
    for (const connection of table.lingering) connection.transport.destroy();
    listeners.stop();
  }

  #begin(deadlineMs: number | null): void {
    const { drain, gate, listeners, reportNow } = this.#options;
    const isNews = !drain.isRunning;
    gate.setDraining(true);
    listeners.pause();
    drain.begin(deadlineMs);
    if (isNews) reportNow();
  }

  /** Clients are sent here again when control has heard that the ports are open. What cannot be opened is tried again. */
  #takeBack(): void {
    const { drain, gate, listeners, reportNow, onResumeFailed } = this.#options;
    drain.cancel();
    gate.setDraining(false);
    if (this.#isOpening) return;
    this.#isOpening = true;
    const onOpen = (): void => {
      if (this.#isEnding || drain.isRunning) listeners.pause();
      else reportNow();
    };
    void listeners
      .resume()
      .then(onOpen, onResumeFailed)
      .finally(() => (this.#isOpening = false));
  }
}
