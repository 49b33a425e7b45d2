import type { Clock, MessageId, MessageReport, MessageReports } from '@longwire/domain';

export interface ReportWriterOptions {
  readonly reports: Pick<MessageReports, 'put'>;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

const MAX_RUNNING = 32;
const RETRY_MS = 500;

/**
 * Writes down what became of messages. A report that cannot be written is tried again until it can: the log keeps the
 * message as long, so the bound of the log is the bound of what waits here.
 */
export class ReportWriter {
  readonly #options: ReportWriterOptions;
  readonly #waiting = new Map<MessageId, MessageReport>();
  #running = 0;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #idleWaiters: (() => void)[] = [];

  constructor(options: ReportWriterOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size + this.#running;
  }

  write(report: MessageReport): void {
    this.#waiting.set(report.messageId, report);
    this.pump();
  }

  /** A report that is not written yet. */
  find(messageId: MessageId): MessageReport | undefined {
    return this.#waiting.get(messageId);
  }

  /** To be called now and then: goes on after a failure. */
  pump(): void {
    if (this.#options.clock.monotonic() < this.#pausedUntilMs) return;
    for (const [messageId, report] of this.#waiting) {
      if (this.#running >= MAX_RUNNING) return;
      this.#waiting.delete(messageId);
      this.#running += 1;
      void this.#put(report);
    }
  }

  /** Resolves when nothing is being written; what failed still waits. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  async #put(report: MessageReport): Promise<void> {
    const { reports, clock, onFault } = this.#options;
    try {
      await reports.put(report);
    } catch (fault) {
      if (!this.#waiting.has(report.messageId)) this.#waiting.set(report.messageId, report);
      this.#pausedUntilMs = clock.monotonic() + RETRY_MS;
      onFault(fault);
    } finally {
      this.#running -= 1;
      this.pump();
      if (this.#running === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
    }
  }
}
