import type { Clock, NodeAlternative, Timer } from '@longwire/domain';
import { encodeReconnectHint } from '@longwire/wire';
import type { Connection } from '../connection/connection.ts';
import type { ConnectionTable } from '../connection/connection-table.ts';
import { planDrain, roundSize } from './drain-plan.ts';
import type { DrainPace, DrainPlan } from './drain-plan.ts';
import { drawHintNodes } from './hint-nodes.ts';

export interface DrainOptions {
  readonly table: Pick<ConnectionTable, 'connections' | 'size' | 'lingering'>;
  readonly clock: Clock;
  readonly pace: DrainPace;
  readonly alternatives: () => readonly NodeAlternative[];
  /** In [0, 1), for the spread of the clients of one round. */
  readonly random: () => number;
  readonly onRound: (hinted: number) => void;
  /** Hinted clients whose time was over: these had gone by themselves, those had to be closed. */
  readonly onDue: (left: number, closed: number) => void;
}

interface HintedRound {
  readonly dueMs: number;
  readonly connections: readonly Connection[];
}

/**
 * Empties the node in paced rounds: each tells some clients where to go (op 24), spread over the other nodes and over
 * the time until the next round, and closes, some seconds later, those that are still there; what waits for them is
 * sent first. Runs until the node is empty or is told to stop.
 */
export class Drain {
  readonly #options: DrainOptions;
  #plan: DrainPlan | null = null;
  #timer: Timer | null = null;
  /** Oldest hint first; a round's clients share a due time. */
  #hinted: HintedRound[] = [];
  #waiting: Connection[] = [];
  #perRound = 1;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#plan !== null;
  }

  /** Clients that have not been hinted yet, and those that were and are still here. */
  get progress(): { readonly waiting: number; readonly hinted: number } {
    const hinted = this.#hinted.reduce((sum, { connections }) => sum + countOpen(connections), 0);
    return { waiting: countOpen(this.#waiting), hinted };
  }

  /** Starts, or speeds up what runs already when the new deadline is shorter. Null is the unhurried pace. */
  begin(deadlineMs: number | null): void {
    if (this.#plan !== null && deadlineMs === null) return;
    const { table, clock, pace } = this.#options;
    const plan = planDrain(deadlineMs, pace);
    this.#plan = plan;
    const known = new Set(this.#hinted.flatMap(({ connections }) => connections));
    this.#waiting = table.connections.filter((connection) => !known.has(connection));
    this.#perRound = roundSize(this.#waiting.length, plan);
    const latestMs = clock.monotonic() + plan.closeAfterMs;
    this.#hinted = this.#hinted.map(({ dueMs, connections }) => ({ dueMs: Math.min(dueMs, latestMs), connections }));
    this.#timer?.cancel();
    this.#timer = clock.every(plan.roundMs, () => this.#round(plan));
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

  /** Resolves when no connection is left, going on has no point any more, or the time is over. */
  async whenDone(deadlineMs: number, isPointless: () => boolean): Promise<void> {
    const { table, clock } = this.#options;
    const untilMs = clock.monotonic() + deadlineMs;
    while (table.size + table.lingering.size > 0 && clock.monotonic() < untilMs && !isPointless()) {
      await new Promise<void>((resolve) => clock.after(50, resolve));
    }
  }

  #round(plan: DrainPlan): void {
    const { clock, table } = this.#options;
    const nowMs = clock.monotonic();
    for (let due = this.#hinted[0]; due !== undefined && due.dueMs <= nowMs; due = this.#hinted[0]) {
      this.#hinted.shift();
      this.#closeLeft(due.connections);
    }
    if (this.#waiting.length > 0) this.#hint(plan, nowMs);
    // Clients whose connect was under way when the listeners closed come last.
    else if (this.#hinted.length === 0 && table.size > 0) this.#waiting = [...table.connections];
  }

  #closeLeft(connections: readonly Connection[]): void {
    const left = connections.filter((connection) => !connection.isClosed);
    for (const connection of left) connection.close('drain');
    this.#options.onDue(connections.length - left.length, left.length);
  }

  #hint(plan: DrainPlan, nowMs: number): void {
    const { alternatives, random, onRound } = this.#options;
    const nodes = alternatives();
    const connections = this.#waiting.splice(0, this.#perRound).filter((connection) => !connection.isClosed);
    const spreadMs = Math.min(plan.roundMs, plan.closeAfterMs);
    for (const connection of connections) {
      const afterMs = Math.floor(random() * spreadMs);
      connection.send(encodeReconnectHint({ reason: 'drain', afterMs, nodes: drawHintNodes(nodes, random) }));
    }
    this.#hinted.push({ dueMs: nowMs + plan.closeAfterMs, connections });
    onRound(connections.length);
  }
}

function countOpen(connections: readonly Connection[]): number {
  return connections.reduce((count, connection) => count + (connection.isClosed ? 0 : 1), 0);
}
