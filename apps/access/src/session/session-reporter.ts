import { digestRooms, sliceDigest } from '@longwire/domain';
import type {
  Clock,
  ConnectionId,
  LogicApi,
  NodeIncarnation,
  ReportOutcome,
  RoomId,
  Session,
  SessionChange,
  SessionLink,
  Timer,
} from '@longwire/domain';
import { ChangeQueue } from './change-queue.ts';
import type { PendingUplink } from './change-queue.ts';

export interface SessionReporterOptions {
  readonly logic: Pick<LogicApi, 'openSessionLink'>;
  readonly node: NodeIncarnation;
  readonly clock: Clock;
  /** Connections whose session logic is to know, as of now. */
  readonly sources: () => readonly SessionSource[];
  readonly flushMs?: number;
  /** How often logic is told what it should know, to find out what was lost; default 5 s. */
  readonly digestMs?: number;
  readonly maxQueued?: number;
  readonly onReport?: (outcome: ReportOutcome, changes: number) => void;
  readonly onSnapshot?: () => void;
  /** What became of a digest; `resync` means that something had been lost. */
  readonly onDigest?: (outcome: ReportOutcome) => void;
}

/** One connection as the reporter sees it; it may have closed since the list was made. */
export interface SessionSource {
  readonly connectionId: ConnectionId;
  readonly isClosed: boolean;
  readonly rooms: readonly { readonly roomId: RoomId }[];
  toSession(): Session;
}

const MAX_CHANGES_PER_REPORT = 256;
const SNAPSHOT_PART = 500;
/** The line takes 64; the rest is left to renewals and snapshots. */
const MAX_REPORTS_IN_FLIGHT = 32;
const RENEW_MS = 1000;
const DIGEST_MS = 5000;
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 2000;

/**
 * Tells logic of every session, in small batches over one line, bounded in memory. When a report does not arrive, or
 * too much has queued up, what it holds is dropped and a snapshot of all sessions is sent instead.
 */
export class SessionReporter {
  readonly #options: SessionReporterOptions;
  readonly #queue: ChangeQueue;
  #link: SessionLink | null = null;
  #timer: Timer | null = null;
  #renewal: Timer | null = null;
  #digests: Timer | null = null;
  #digestTurn = 0;
  /** Logic may not know what is true: nothing but a snapshot helps. */
  #isDirty = true;
  #isSnapshotting = false;
  #isStopped = false;
  #reportsInFlight = 0;
  #retryMs = MIN_RETRY_MS;
  /** Rises with each resync, so that a snapshot that was overtaken by one starts again. */
  #resyncs = 0;

  constructor(options: SessionReporterOptions) {
    this.#options = options;
    this.#queue = new ChangeQueue(options.maxQueued ?? 10_000);
  }

  /** Changes and uplinks that wait. */
  get queued(): number {
    return this.#queue.size;
  }

  /** True once logic has had a snapshot and has refused nothing since. */
  get isInSync(): boolean {
    return !this.#isDirty && !this.#isSnapshotting;
  }

  start(): void {
    const { logic, node, clock } = this.#options;
    this.#link = logic.openSessionLink(node, { onResync: () => this.#onResync() });
    this.#renewal = clock.every(RENEW_MS, () => this.#renew());
    this.#digests = clock.every(this.#options.digestMs ?? DIGEST_MS, () => this.#sendDigest());
  }

  note(change: SessionChange): void {
    if (this.#isStopped) return;
    if (!this.#queue.add(change)) this.#markDirty();
    this.#wake();
  }

  /** The outcome is told once: applied, or refused so that the client can try again. */
  sendUplink(uplink: PendingUplink): void {
    const isTaken = !this.#isStopped && (!this.#isDirty || this.#isSnapshotting) && this.#queue.addUplink(uplink);
    if (isTaken) this.#wake();
    else uplink.onOutcome(false);
  }

  /** Sends what is queued, waits for it at most `deadlineMs`, and ends the line. */
  async stop(deadlineMs: number): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#renewal?.cancel();
    this.#digests?.cancel();
    this.#timer?.cancel();
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const timer = clock.after(deadlineMs, resolve);
      void this.#flushAll().then(() => {
        timer.cancel();
        resolve();
      });
    });
    this.#refuseUplinks();
    this.#link?.close();
  }

  async #flushAll(): Promise<void> {
    while (!this.#isDirty && !this.#isSnapshotting && this.#queue.size > 0) await this.#sendNext();
  }

  #wake(): void {
    if (this.#isSnapshotting || this.#isDirty) return;
    if (this.#queue.size >= MAX_CHANGES_PER_REPORT) this.#flush();
    else this.#timer ??= this.#options.clock.after(this.#options.flushMs ?? 20, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    while (this.#queue.size > 0 && !this.#isDirty && !this.#isSnapshotting) {
      // What the line has no place for waits here, where it is bounded and gathers into larger reports.
      if (this.#reportsInFlight >= MAX_REPORTS_IN_FLIGHT) return;
      void this.#sendNext();
    }
  }

  /** Reports are handed to the line in this turn, so that their order is the queue's. */
  async #sendNext(): Promise<void> {
    const { changes, uplinks } = this.#queue.take(MAX_CHANGES_PER_REPORT);
    const outcome = await this.#report({ type: 'changes', changes, uplinks: uplinks.map(({ event }) => event) });
    for (const { onOutcome } of uplinks) onOutcome(outcome === 'applied');
    if (outcome !== 'applied') this.#markDirty();
    else if (!this.#isStopped) this.#flush();
  }

  #renew(): void {
    if (this.#isDirty || this.#isSnapshotting || this.#reportsInFlight > 0) return;
    void this.#report({ type: 'changes', changes: [], uplinks: [] }).then((outcome) => {
      if (outcome !== 'applied') this.#markDirty();
    });
  }

  /**
   * All that is queued goes first and in this turn, so that the digest is of exactly what logic will have applied by
   * then. When the line has no place for all of it, the next digest has to do.
   */
  #sendDigest(): void {
    if (this.#isDirty || this.#isSnapshotting) return;
    this.#flush();
    if (this.#queue.size > 0) return;
    const open = this.#options.sources().filter((source) => !source.isClosed);
    const rooms = digestRooms(
      open.map(({ connectionId, rooms }) => ({ connectionId, rooms: rooms.map(({ roomId }) => roomId) })),
    );
    const digest = sliceDigest(rooms, this.#digestTurn);
    this.#digestTurn += 1;
    void this.#report({ type: 'digest', digest }).then((outcome) => {
      this.#options.onDigest?.(outcome);
      if (outcome === 'resync') this.#markDirty();
    });
  }

  async #report(report: Parameters<SessionLink['report']>[0]): Promise<ReportOutcome> {
    if (this.#link === null) return 'unavailable';
    this.#reportsInFlight += 1;
    const outcome = await this.#link.report(report);
    this.#reportsInFlight -= 1;
    if (report.type !== 'digest') this.#options.onReport?.(outcome, report.changes.length);
    return outcome;
  }

  #onResync(): void {
    this.#resyncs += 1;
    this.#retryMs = MIN_RETRY_MS;
    this.#isDirty = true;
    // The line may call this from inside openSessionLink, before it is ours to use.
    queueMicrotask(() => this.#startSnapshot());
  }

  #markDirty(): void {
    if (this.#isStopped || this.#isDirty) return;
    this.#isDirty = true;
    if (!this.#isSnapshotting) this.#retryLater();
  }

  #retryLater(): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    this.#timer = clock.after(this.#retryMs, () => {
      this.#timer = null;
      this.#startSnapshot();
    });
    this.#retryMs = Math.min(MAX_RETRY_MS, this.#retryMs * 2);
  }

  #startSnapshot(): void {
    if (this.#isStopped || this.#isSnapshotting || !this.#isDirty) return;
    this.#timer?.cancel();
    this.#timer = null;
    this.#isSnapshotting = true;
    this.#isDirty = false;
    this.#queue.dropChanges();
    this.#options.onSnapshot?.();
    const resyncs = this.#resyncs;
    void this.#sendSnapshot().then((isApplied) => {
      this.#isSnapshotting = false;
      if (this.#isStopped) return;
      if (!isApplied || this.#resyncs !== resyncs) this.#isDirty = true;
      if (this.#isDirty) {
        this.#refuseUplinks();
        this.#retryLater();
        return;
      }
      this.#retryMs = MIN_RETRY_MS;
      this.#flush();
    });
  }

  /** Changes meanwhile queue up behind it: they are applied after it, and each holds all that it needs. */
  async #sendSnapshot(): Promise<boolean> {
    const sources = this.#options.sources();
    let start = 0;
    do {
      const end = Math.min(sources.length, start + SNAPSHOT_PART);
      const open = sources.slice(start, end).filter((source) => !source.isClosed);
      const changes = open.map((source): SessionChange => ({ type: 'open', session: source.toSession() }));
      const isLast = end === sources.length;
      const outcome = await this.#report({ type: 'snapshot', changes, isLast });
      if (outcome !== 'applied' || this.#isStopped) return false;
      start = end;
    } while (start < sources.length);
    return true;
  }

  #refuseUplinks(): void {
    for (const { onOutcome } of this.#queue.takeUplinks()) onOutcome(false);
  }
}
