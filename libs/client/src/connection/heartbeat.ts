import type { Timer } from '@longwire/domain';
import type { ClientClock } from '../clock.ts';

/** A line that brings nothing for this long after a heartbeat is dead, whatever the platform thinks of it. */
export const DEAD_AFTER_MS = 10_000;
/** The same when there is reason for doubt: the network changed, the page was asleep. */
export const DOUBT_AFTER_MS = 4_000;
/** A timer this late has slept with the device: nothing is known until a new heartbeat was answered. */
const LATE_MS = 2_000;
const MIN_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 300_000;

export interface HeartbeatPorts {
  readonly clock: ClientClock;
  readonly random: () => number;
  readonly intervalMs: number;
  readonly send: () => void;
  readonly onRtt: (rttMs: number) => void;
  readonly onDead: () => void;
}

/** Beats at the interval, the first time after a random part of it, and notices a line that has gone dead. */
export class Heartbeat {
  readonly #ports: HeartbeatPorts;
  readonly #intervalMs: number;
  #beatTimer: Timer | undefined;
  #deathTimer: Timer | undefined;
  #sentAtMs = 0;

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports;
    this.#intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, ports.intervalMs));
  }

  start(): void {
    this.#beat(DEAD_AFTER_MS, this.#intervalMs * (0.5 + this.#ports.random() / 2));
  }

  /** Beats now and wants an answer soon. */
  doubt(): void {
    this.heard();
    this.#beat(DOUBT_AFTER_MS, this.#intervalMs);
  }

  /** Anything came in: the line lives. */
  heard(): void {
    this.#deathTimer?.cancel();
    this.#deathTimer = undefined;
  }

  /** Op 3 came in. */
  replied(): void {
    this.#ports.onRtt(this.#ports.clock.monotonic() - this.#sentAtMs);
  }

  stop(): void {
    this.#beatTimer?.cancel();
    this.heard();
  }

  #beat(answerMs: number, nextMs: number): void {
    const { clock, send, onDead } = this.#ports;
    this.#beatTimer?.cancel();
    this.#sentAtMs = clock.monotonic();
    const dueAtMs = this.#sentAtMs + answerMs;
    // One that runs already is of a beat before this one, which is not answered either.
    this.#deathTimer ??= clock.after(answerMs, () => {
      if (clock.monotonic() > dueAtMs + LATE_MS) this.doubt();
      else onDead();
    });
    this.#beatTimer = clock.after(nextMs, () => this.#beat(DEAD_AFTER_MS, this.#intervalMs));
    send();
  }
}
