import { createCorpus } from '../corpus/corpus.ts';
import type { Corpus } from '../corpus/corpus.ts';
import { LatencyHistogram } from '../core/latency-histogram.ts';
import { monotonicMs } from '../core/monotonic.ts';
import { dueAtMs, dueCount } from '../core/schedule.ts';
import type { Schedule } from '../core/schedule.ts';
import { HttpLane } from './http-lane.ts';
import { STREAM_SPAN } from './orders.ts';
import type { PushReport, PushSpec } from './orders.ts';
import { createPushBody } from './push-body.ts';

const TICK_MS = 2;
const DRAIN_MS = 10_000;

/** Sends one stream of pushes through the HTTP API and keeps the books of its answers. */
export class Pusher {
  readonly #spec: PushSpec;
  readonly #corpus: Corpus;
  readonly #bodyOf: (number: number, text: string) => string;
  readonly #open: () => HttpLane;
  readonly #lanes: HttpLane[];
  readonly #idle: HttpLane[];
  readonly #histogram = new LatencyHistogram();
  readonly #refused: Record<string, number> = {};
  readonly #acceptedAt: [number, number][] = [];
  #waiting: number[] = [];
  #accepted = 0;
  #answered = 0;
  #payloadBytes = 0;
  #mostLateMs = 0;

  constructor(spec: PushSpec) {
    this.#spec = spec;
    this.#corpus = createCorpus({ seed: spec.seed, form: spec.form, firstNumber: spec.stream * STREAM_SPAN });
    this.#bodyOf = createPushBody(spec);
    const headers = { Authorization: `Bearer ${spec.apiKey}`, 'Content-Type': 'application/json' };
    this.#open = () => new HttpLane(`${spec.serviceUrl}/v1/push`, headers);
    this.#lanes = Array.from({ length: spec.connections }, this.#open);
    this.#idle = [...this.#lanes];
  }

  async run(): Promise<PushReport> {
    const startedAt = monotonicMs();
    const { schedule, closedLoop } = this.#spec;
    if (schedule !== undefined) await this.#runOpen(schedule);
    else await this.#runClosed(closedLoop?.seconds ?? 1);
    for (const lane of [...this.#lanes, ...this.#idle]) lane.close();
    return {
      accepted: this.#accepted,
      refused: this.#refused,
      payloadBytes: this.#payloadBytes,
      histogram: this.#histogram.encode(),
      mostLateMs: this.#mostLateMs,
      tookMs: monotonicMs() - startedAt,
      acceptedAt: this.#acceptedAt,
    };
  }

  /** Sends what is due, whether or not answers have come; what finds no free line waits and is late by that. */
  async #runOpen(schedule: Schedule): Promise<void> {
    let sent = 0;
    const deadlineMs = dueAtMs(schedule, schedule.count) + DRAIN_MS;
    while (this.#answered < schedule.count && monotonicMs() < deadlineMs) {
      const due = dueCount(schedule, monotonicMs());
      for (; sent < due; sent += 1) {
        this.#mostLateMs = Math.max(this.#mostLateMs, monotonicMs() - dueAtMs(schedule, sent));
        this.#waiting.push(sent);
      }
      this.#start(schedule);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    const unanswered = schedule.count - this.#answered;
    if (unanswered > 0) this.#refused['no answer'] = unanswered;
  }

  #start(schedule: Schedule): void {
    for (let lane = this.#idle.pop(); lane !== undefined; lane = this.#idle.pop()) {
      const index = this.#waiting.shift();
      if (index === undefined) {
        this.#idle.push(lane);
        return;
      }
      // Of the lanes the one used last is taken first, so some are not used until many pushes are due at once.
      const taken = lane.isOver ? this.#open() : lane;
      void this.#send(taken, index, dueAtMs(schedule, index)).then(() => {
        this.#idle.push(taken);
        this.#start(schedule);
      });
    }
  }

  async #runClosed(seconds: number): Promise<void> {
    const endMs = monotonicMs() + seconds * 1000;
    let next = 0;
    const loop = async (lane: HttpLane): Promise<void> => {
      while (monotonicMs() < endMs) await this.#send(lane, next++, monotonicMs());
    };
    await Promise.all(this.#lanes.map(loop));
  }

  async #send(lane: HttpLane, index: number, dueMs: number): Promise<void> {
    const text = this.#corpus.next();
    this.#payloadBytes += Buffer.byteLength(text);
    try {
      const { status, body } = await lane.post(this.#bodyOf(index, text));
      if (status === 202) this.#onAccepted(index, body);
      else this.#refuse(String(status));
    } catch (error) {
      this.#refuse(error instanceof Error ? error.message : 'failed');
    }
    this.#answered += 1;
    this.#histogram.record(monotonicMs() - dueMs);
  }

  #onAccepted(index: number, body: string): void {
    this.#accepted += 1;
    if (this.#spec.isProbe !== true) return;
    const { acceptedAt } = JSON.parse(body) as { acceptedAt: number };
    this.#acceptedAt.push([this.#spec.stream * STREAM_SPAN + index, acceptedAt]);
  }

  #refuse(why: string): void {
    this.#refused[why] = (this.#refused[why] ?? 0) + 1;
  }
}
