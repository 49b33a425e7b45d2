import { LatencyHistogram } from '../core/latency-histogram.ts';
import { monotonicMs } from '../core/monotonic.ts';
import { dueAtMs } from '../core/schedule.ts';
import type { Schedule } from '../core/schedule.ts';
import type { FrameContent } from './dialect.ts';
import { STREAM_SPAN } from './orders.ts';
import type { AudienceReport, StreamReport } from './orders.ts';

interface Entry extends FrameContent {
  readonly bytes: Buffer;
  /** Arrivals per quarter of a millisecond. */
  readonly bins: Map<number, number>;
}

interface Stream {
  readonly histogram: LatencyHistogram;
  messages: number;
  firstMs: number;
  lastMs: number;
}

const BINS_PER_MS = 4;
/** Distinct frames remembered; the oldest is settled when one more comes. */
const MAX_ENTRIES = 256;
const MAX_ARRIVALS = 200_000;

/**
 * Counts every delivery of an audience exactly, at the price of one comparison of bytes per frame: all viewers of a
 * room get the same bytes, so these are decoded once and from then on only looked up.
 */
export class Ledger {
  readonly #decode: (bytes: Buffer) => FrameContent;
  readonly #isProbe: boolean;
  readonly #entries = new Map<number, Entry[]>();
  #order: Entry[] = [];
  #schedules: Readonly<Record<number, Schedule>> = {};
  #streams = new Map<number, Stream>();
  #arrivals: [number, number][] = [];
  #frames = 0;
  #bytes = 0;

  constructor(decode: (bytes: Buffer) => FrameContent, isProbe: boolean) {
    this.#decode = decode;
    this.#isProbe = isProbe;
  }

  begin(schedules: Readonly<Record<number, Schedule>>): void {
    this.#schedules = schedules;
    this.#entries.clear();
    this.#order = [];
    this.#streams = new Map();
    this.#arrivals = [];
    this.#frames = 0;
    this.#bytes = 0;
  }

  /** One frame has come at one connection, `wireBytes` long on the line. The bytes are only lent. */
  record(bytes: Buffer, wireBytes: number): FrameContent {
    const nowMs = monotonicMs();
    const entry = this.#find(bytes) ?? this.#add(bytes);
    const bin = Math.floor(nowMs * BINS_PER_MS);
    entry.bins.set(bin, (entry.bins.get(bin) ?? 0) + 1);
    this.#frames += 1;
    this.#bytes += wireBytes;
    if (this.#isProbe) this.#keep(entry, nowMs);
    return entry;
  }

  report(): Omit<AudienceReport, 'open' | 'lost'> {
    for (const entry of this.#order) this.#settle(entry);
    this.#entries.clear();
    this.#order = [];
    const streams: Record<number, StreamReport> = {};
    for (const [id, { histogram, messages, firstMs, lastMs }] of this.#streams) {
      streams[id] = { histogram: histogram.encode(), messages, firstMs, lastMs };
    }
    return { frames: this.#frames, bytes: this.#bytes, streams, arrivals: this.#arrivals };
  }

  #find(bytes: Buffer): Entry | undefined {
    return this.#entries.get(bytes.length)?.find((entry) => entry.bytes.equals(bytes));
  }

  #add(bytes: Buffer): Entry {
    const entry: Entry = { ...this.#decode(bytes), bytes: Buffer.from(bytes), bins: new Map() };
    const sameLength = this.#entries.get(bytes.length);
    if (sameLength === undefined) this.#entries.set(bytes.length, [entry]);
    else sameLength.unshift(entry);
    this.#order.push(entry);
    if (this.#order.length > MAX_ENTRIES) this.#evict();
    return entry;
  }

  /** What comes of it later makes a new entry: counts add up all the same. */
  #evict(): void {
    const oldest = this.#order.shift();
    if (oldest === undefined) return;
    this.#settle(oldest);
    const left = (this.#entries.get(oldest.bytes.length) ?? []).filter((entry) => entry !== oldest);
    if (left.length === 0) this.#entries.delete(oldest.bytes.length);
    else this.#entries.set(oldest.bytes.length, left);
  }

  #settle(entry: Entry): void {
    for (const number of entry.numbers) {
      const id = Math.floor(number / STREAM_SPAN);
      const stream = this.#streamOf(id);
      const schedule = this.#schedules[id];
      const dueMs = schedule === undefined ? undefined : dueAtMs(schedule, number % STREAM_SPAN);
      for (const [bin, count] of entry.bins) {
        // The middle of the bin, so that the error is an eighth of a millisecond at most.
        const atMs = (bin + 0.5) / BINS_PER_MS;
        stream.messages += count;
        stream.firstMs = Math.min(stream.firstMs, atMs);
        stream.lastMs = Math.max(stream.lastMs, atMs);
        if (dueMs !== undefined) stream.histogram.record(atMs - dueMs, count);
      }
    }
  }

  #streamOf(id: number): Stream {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    const stream: Stream = { histogram: new LatencyHistogram(), messages: 0, firstMs: Infinity, lastMs: -Infinity };
    this.#streams.set(id, stream);
    return stream;
  }

  #keep(entry: Entry, nowMs: number): void {
    for (const number of entry.numbers) {
      if (this.#arrivals.length < MAX_ARRIVALS) this.#arrivals.push([number, nowMs]);
    }
  }
}
