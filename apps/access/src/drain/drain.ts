import type { Clock, NodeAddress, Timer } from '@longwire/domain';
import { encodeReconnectHint } from '@longwire/wire';
import type { Connection } from '../connection/connection.ts';
import type { ConnectionTable } from '../connection/connection-table.ts';
import { planDrain, roundSize } from './drain-plan.ts';
import type { DrainPlan } from './drain-plan.ts';

export interface DrainOptions {
  readonly table: ConnectionTable;
  readonly clock: Clock;
  readonly alternatives: () => readonly NodeAddress[];
  /** In [0, 1), for the spread of the clients of one round. */
  readonly random: () => number;
  readonly onRound: (hinted: number) => void;
}

/**
 * Empties the node in paced rounds: each tells some clients where to go (op 24) and closes, some seconds later, those
 * that are still there. Runs until the node is empty or is told to stop.
 */
export class Drain {
  readonly #options: DrainOptions;
  #plan: DrainPlan | null = null;
  #timer: Timer | null = null;
  /** Oldest hint first; a round's clients share a due time. */
  #hinted: { readonly dueMs: number; readonly connections: readonly Connection[] }[] = [];
  #waiting: Connection[] = [];
  #perRound = 1;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#plan !== null;
  }

  /** Starts, or speeds up what runs already when the new deadline is shorter. Null is the unhurried pace. */
  begin(deadlineMs: number | null): void {
    if (this.#plan !== null && deadlineMs === null) return;
    const plan = planDrain(deadlineMs);
    this.#plan = plan;
    const known = new Set(this.#hinted.flatMap(({ connections }) => connections));
    this.#waiting = this.#options.table.connections.filter((connection) => !known.has(connection));
    this.#perRound = roundSize(this.#waiting.length, plan);
    const latestMs = this.#options.clock.monotonic() + plan.closeAfterMs;
    this.#hinted = this.#hinted.map(({ dueMs, connections }) => ({ dueMs: Math.min(dueMs, latestMs), connections }));
    this.#timer?.cancel();
    this.#timer = this.#options.clock.every(plan.roundMs, () => this.#round(plan));
    this.#round(plan);
  }

  /** Goes no further: the node is to take clients again. Those that were hinted may stay. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#plan = null;
    this.#waiting = [];
    this.#hinted = [];
  }

  /** Resolves when no connection is left or the time is over. */
  async whenEmpty(deadlineMs: number): Promise<void> {
    const { table, clock } = this.#options;
    const untilMs = clock.monotonic() + deadlineMs;
    while (table.size + table.lingering.size > 0 && clock.monotonic() < untilMs) {
      await new Promise<void>((resolve) => clock.after(50, resolve));
    }
  }

  #round(plan: DrainPlan): void {
    const { clock, table } = this.#options;
    const nowMs = clock.monotonic();
    for (let due = this.#hinted[0]; due !== undefined && due.dueMs <= nowMs; due = this.#hinted[0]) {
      this.#hinted.shift();
      for (const connection of due.connections) connection.close('drain');
    }
    if (this.#waiting.length > 0) this.#hint(plan, nowMs);
    // Clients whose connect was under way when the listeners closed come last.
    else if (this.#hinted.length === 0 && table.size > 0) this.#waiting = [...table.connections];
  }

  #hint(plan: DrainPlan, nowMs: number): void {
    const { alternatives, random, onRound } = this.#options;
    const nodes = alternatives();
    const connections = this.#waiting.splice(0, this.#perRound).filter((connection) => !connection.isClosed);
    const spreadMs = Math.min(plan.roundMs, plan.closeAfterMs);
    for (const connection of connections) {
      const afterMs = Math.floor(random() * spreadMs);
      connection.send(encodeReconnectHint({ reason: 'drain', afterMs, nodes }));
    }
    this.#hinted.push({ dueMs: nowMs + plan.closeAfterMs, connections });
    onRound(connections.length);
  }
}
