import type { Topology } from './topology/topology.ts';

/** One line of the table that the suite prints. */
export interface Row {
  readonly check: string;
  readonly measured: string;
  readonly wanted: string;
  readonly isMet: boolean;
}

export interface ScenarioContext {
  readonly topology: Topology;
  readonly seed: number;
  /** Fewer clients and a few seconds, for `npm test`. */
  readonly isShort: boolean;
  /** What the topology was told of the time in which a return is no leave. */
  readonly leaveGraceMs: number;
  /** Pushes a second that the topology was told to allow to one room. */
  readonly roomRate: number;
  readonly note: (text: string) => void;
}

/** One story: what is done to the system, and what must hold all the same. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly run: (context: ScenarioContext) => Promise<readonly Row[]>;
}
