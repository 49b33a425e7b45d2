import { LatencyHistogram } from '../core/latency-histogram.ts';
import type { Schedule } from '../core/schedule.ts';
import { sum } from '../core/statistics.ts';
import { describeFaults } from './connect-run.ts';
import { LoadHandle } from './load-handle.ts';
import { addressCount, firstAddressOf } from './local-addresses.ts';
import type { AudienceReport, AudienceWish, ConnectReport, PushReport, PushSpec, StreamReport } from './orders.ts';

/** A process holds no more than this, whatever its limit of open files allows. */
const MAX_CONNECTIONS_PER_PROCESS = 20_000;
/** Files a process needs beside its connections. */
const SPARE_FILES = 500;

export interface StreamTotals {
  readonly messages: number;
  readonly latency: LatencyHistogram;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** An audience's report, summed over the processes it is split over. */
export interface AudienceTotals extends Omit<AudienceReport, 'streams'> {
  readonly streams: ReadonlyMap<number, StreamTotals>;
}

/** All load generators: audiences in as many processes as they need, each push stream in one of its own. */
export class Fleet {
  readonly #capacity: number;
  readonly #holders: { readonly handle: LoadHandle; used: number; readonly audiences: Map<string, number> }[] = [];
  readonly #pushers: LoadHandle[] = [];
  readonly #probes: LoadHandle[] = [];

  readonly #onRetried: (what: string) => void;
  #nextAddress = firstAddressOf(process.pid);

  constructor(openFiles: number, onRetried: (what: string) => void = () => undefined) {
    this.#onRetried = onRetried;
    this.#capacity = Math.min(MAX_CONNECTIONS_PER_PROCESS, openFiles - SPARE_FILES);
  }

  /** Connects `wish.count`, split over at least `processes`; fails, and says why, when not all of them got in. */
  async connect(wish: AudienceWish, processes = 1): Promise<ConnectReport> {
    const firstAddress = this.#nextAddress;
    this.#nextAddress += addressCount(wish.count);
    const share = Math.min(this.#capacity, Math.ceil(wish.count / processes));
    const reports: Promise<ConnectReport>[] = [];
    for (let first = 0; first < wish.count; first += share) {
      const count = Math.min(share, wish.count - first);
      const handle = wish.isProbe === true ? this.#addProbe() : this.#seat(wish.name, count);
      reports.push(handle.ask<'connect'>({ kind: 'connect', spec: { ...wish, first, firstAddress, count } }));
    }
    const report = sumConnects(await Promise.all(reports));
    const faults = describeFaults(report.faults);
    if (report.failed > 0) {
      throw new Error(`${report.failed} of ${wish.count} connections of ${wish.name} failed: ${faults}`);
    }
    if (report.retried > 0) this.#onRetried(`${wish.name}: ${report.retried} connects were tried again: ${faults}`);
    return report;
  }

  /** So many streams can be pushed at once from now on, without waiting for a process to start. */
  async readyPushers(count: number): Promise<void> {
    while (this.#pushers.length < count) this.#pushers.push(new LoadHandle());
    await Promise.all(this.#pushers.map((handle) => handle.ask<'begin'>({ kind: 'begin', schedules: {} })));
  }

  /** Everybody forgets what was counted; these streams come now. */
  async begin(schedules: Readonly<Record<number, Schedule>>): Promise<void> {
    await Promise.all(this.#receivers().map((handle) => handle.ask<'begin'>({ kind: 'begin', schedules })));
  }

  async report(audience: string): Promise<AudienceTotals> {
    const answers = await Promise.all(
      this.#receivers().map((handle) => handle.ask<'report'>({ kind: 'report', audience })),
    );
    // A process that does not hold the audience answers with nothing.
    return sumReports(answers.filter((answer) => (answer as AudienceReport | undefined) !== undefined));
  }

  async close(audience: string): Promise<void> {
    await Promise.all(this.#receivers().map((handle) => handle.ask<'close'>({ kind: 'close', audience })));
    for (const holder of this.#holders) {
      holder.used -= holder.audiences.get(audience) ?? 0;
      holder.audiences.delete(audience);
    }
  }

  /** Runs one stream of pushes in a process of its own. */
  async push(spec: PushSpec): Promise<PushReport> {
    const handle = this.#pushers.pop();
    if (handle === undefined) throw new Error('no process is ready to push: readyPushers comes first');
    try {
      return await handle.ask<'push'>({ kind: 'push', spec });
    } finally {
      this.#pushers.push(handle);
    }
  }

  stop(): void {
    for (const handle of [...this.#receivers(), ...this.#pushers]) handle.stop();
  }

  #receivers(): readonly LoadHandle[] {
    return [...this.#holders.map(({ handle }) => handle), ...this.#probes];
  }

  #addProbe(): LoadHandle {
    const handle = new LoadHandle();
    this.#probes.push(handle);
    return handle;
  }

  #seat(audience: string, count: number): LoadHandle {
    let holder = this.#holders.find(
      ({ used, audiences }) => used + count <= this.#capacity && !audiences.has(audience),
    );
    if (holder === undefined) {
      holder = { handle: new LoadHandle(), used: 0, audiences: new Map() };
      this.#holders.push(holder);
    }
    holder.used += count;
    holder.audiences.set(audience, count);
    return holder.handle;
  }
}

function sumConnects(reports: readonly ConnectReport[]): ConnectReport {
  const faults: Record<string, number> = {};
  for (const [why, times] of reports.flatMap((report) => Object.entries(report.faults))) {
    faults[why] = (faults[why] ?? 0) + times;
  }
  return {
    connected: sum(reports.map((report) => report.connected)),
    failed: sum(reports.map((report) => report.failed)),
    retried: sum(reports.map((report) => report.retried)),
    tookMs: Math.max(...reports.map((report) => report.tookMs)),
    faults,
  };
}

function sumReports(reports: readonly AudienceReport[]): AudienceTotals {
  const streams = new Map<number, StreamTotals>();
  for (const report of reports) {
    for (const [id, stream] of Object.entries(report.streams)) {
      streams.set(Number(id), addStream(streams.get(Number(id)), stream));
    }
  }
  const total = (field: 'open' | 'lost' | 'frames' | 'bytes'): number => sum(reports.map((report) => report[field]));
  return {
    open: total('open'),
    lost: total('lost'),
    frames: total('frames'),
    bytes: total('bytes'),
    streams,
    arrivals: reports.flatMap((report) => report.arrivals),
  };
}

function addStream(known: StreamTotals | undefined, stream: StreamReport): StreamTotals {
  const latency = known?.latency ?? new LatencyHistogram();
  latency.add(LatencyHistogram.decode(stream.histogram));
  return {
    latency,
    messages: (known?.messages ?? 0) + stream.messages,
    firstMs: Math.min(known?.firstMs ?? Infinity, stream.firstMs),
    lastMs: Math.max(known?.lastMs ?? -Infinity, stream.lastMs),
  };
}
