import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row, Scenario } from './scenario.ts';
import { avalanche } from './scenarios/avalanche.ts';
import { brokersGone } from './scenarios/brokers.ts';
import { expressUnderFaults } from './scenarios/express.ts';
import { jitteringNetworks } from './scenarios/jitter.ts';
import { overload } from './scenarios/overload.ts';
import { slowReaders } from './scenarios/slow-readers.ts';
import { FULL_SIZE } from './topology/topology-plan.ts';
import { Topology } from './topology/topology.ts';
import type { TopologyOptions } from './topology/topology.ts';

export const SCENARIOS: readonly Scenario[] = [
  expressUnderFaults,
  jitteringNetworks,
  avalanche,
  overload,
  slowReaders,
  brokersGone,
];

export interface ScenarioResult {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly tookMs: number;
}

export const CACHE_FOLDER = fileURLToPath(new URL('../../.cache/', import.meta.url));
const SHORT_GRACE_MS = 4000;
const FULL_GRACE_MS = 10_000;
/** Above what jitter pushes, and so low that ten times as much can be offered by a small machine. */
const ROOM_RATE = 250;

/** The settings that differ from the defaults, and why. */
function settings(leaveGraceMs: number): NonNullable<TopologyOptions['env']> {
  // All clients of the suite come from one address, as no real crowd does.
  const access = {
    LONGWIRE_ACCESS_CONNECT_RATE: '0',
    LONGWIRE_HEARTBEAT: '5s',
    LONGWIRE_ACCESS_HISTORY_MESSAGES: '2000',
  };
  // At 200 messages a second, 2 s without a network and up to 1 s of jitter are more than the 500 that are the default.
  const dispatch = { LONGWIRE_EXPRESS_REPLICAS: '3', LONGWIRE_DISPATCH_HISTORY_MESSAGES: '2000' };
  return {
    access,
    dispatch,
    control: { LONGWIRE_HEARTBEAT: '5s', LONGWIRE_CONTROL_TOKEN_TTL: '1h' },
    logic: { LONGWIRE_LOGIC_LEAVE_GRACE: `${leaveGraceMs}ms` },
    service: { LONGWIRE_EXPRESS_REPLICAS: '3', LONGWIRE_SERVICE_ROOM_RATE: String(ROOM_RATE) },
  };
}

export interface FaultSuiteOptions {
  readonly seed: number;
  /** Fewer clients and a few seconds each, for `npm test`. */
  readonly isShort: boolean;
  readonly note: (text: string) => void;
}

/** A running system and the scenarios that are played on it, one after the other. Close it: it owns processes. */
export class FaultSuite {
  readonly #options: FaultSuiteOptions;
  readonly #topology: Topology;
  readonly #leaveGraceMs: number;

  private constructor(options: FaultSuiteOptions, topology: Topology, leaveGraceMs: number) {
    this.#options = options;
    this.#topology = topology;
    this.#leaveGraceMs = leaveGraceMs;
  }

  static async open(options: FaultSuiteOptions): Promise<FaultSuite> {
    const { seed, isShort, note } = options;
    const leaveGraceMs = isShort ? SHORT_GRACE_MS : FULL_GRACE_MS;
    const logFolder = join(CACHE_FOLDER, 'faults-logs');
    mkdirSync(logFolder, { recursive: true });
    note(`seed ${seed}; starting ${Object.values(FULL_SIZE).reduce((sum, count) => sum + count, 1)} processes`);
    const topology = await Topology.start({ size: FULL_SIZE, onNote: note, env: settings(leaveGraceMs), logFolder });
    return new FaultSuite(options, topology, leaveGraceMs);
  }

  /** Plays one scenario, with the system well before and after. One that breaks off is a row that is not met. */
  async play(scenario: Scenario): Promise<ScenarioResult> {
    const { seed, isShort, note } = this.#options;
    note(`${scenario.name}: ${scenario.about}`);
    const startMs = performance.now();
    const result = (rows: readonly Row[]): ScenarioResult => ({
      name: scenario.name,
      rows,
      tookMs: performance.now() - startMs,
    });
    try {
      const rows = await scenario.run({
        topology: this.#topology,
        seed,
        isShort,
        leaveGraceMs: this.#leaveGraceMs,
        roomRate: ROOM_RATE,
        note: (text) => note(`${scenario.name}: ${text}`),
      });
      await this.#topology.untilHealthy();
      return result(rows);
    } catch (error) {
      const measured = error instanceof Error ? error.message : String(error);
      return result([{ check: `${scenario.name}: played to its end`, measured, wanted: 'yes', isMet: false }]);
    }
  }

  async close(): Promise<void> {
    await this.#topology.stop();
  }
}
