import type { Finding } from '../core/result.ts';
import type { Chart } from '../core/result.ts';
import { Fleet } from '../load/fleet.ts';
import { monotonicMs } from '../core/monotonic.ts';
import { openFileLimit } from '../measure/machine.ts';
import { startMeter } from '../measure/usage-meter.ts';
import type { Usage } from '../measure/usage-meter.ts';
import { openFloor } from '../peers/floor.ts';
import { openNchan } from '../peers/nchan-peer.ts';
import { openNatsPeer } from '../peers/nats-peer.ts';
import { openBareWs, openSocketIo } from '../peers/node-peers.ts';
import { MissingPeerError } from '../peers/peer.ts';
import type { Peer } from '../peers/peer.ts';
import type { Span } from '../report/profile-digest.ts';
import type { Scale } from './scale.ts';
import { System } from './system.ts';

export interface LabOptions {
  readonly scale: Scale;
  readonly seed: number;
  /** Folder for CPU profiles; undefined makes none. */
  readonly profileFolder?: string;
  /** What is being done, for the progress bar. */
  readonly onStep: (what: string) => void;
}

export interface ScenarioOutcome {
  readonly findings: readonly Finding[];
  readonly charts?: readonly Chart[];
}

export interface Scenario {
  readonly name: string;
  /** For --help: one line. */
  readonly about: string;
  /** Left out of quick runs. */
  readonly isFullOnly?: boolean;
  readonly run: (lab: Lab) => Promise<ScenarioOutcome>;
}

/** Streams that a scenario pushes at once. */
const MAX_STREAMS = 2;

const PEERS = {
  floor: openFloor,
  'bare ws': openBareWs,
  'Socket.IO': openSocketIo,
  'nats-server': openNatsPeer,
  Nchan: openNchan,
} as const;
export type PeerName = keyof typeof PEERS;

/** What scenarios share: one fleet of generators, the system when it is up, and the books on what was left out. */
export class Lab {
  readonly scale: Scale;
  readonly seed: number;
  readonly fleet: Fleet;
  readonly versions: Record<string, string> = {};
  readonly skipped = new Set<string>();
  /** Names of all processes of ours that ran, by pid: profiles are named by pid. */
  readonly processNames = new Map<number, string>();
  /** When something was measured: what profiles are cut to. */
  readonly spans: Span[] = [];
  /** The scenario that runs. */
  scenario = '';
  readonly #options: LabOptions;
  readonly #peers: Peer[] = [];
  #system: System | undefined;

  constructor(options: LabOptions) {
    this.#options = options;
    this.scale = options.scale;
    this.seed = options.seed;
    this.fleet = new Fleet(openFileLimit(), options.onStep);
  }

  step(what: string): void {
    this.#options.onStep(what);
  }

  /** Reads CPU clocks from now until `stop`; that time is what profiles are about. */
  meter(pids: Readonly<Record<string, number>>): { stop(): Usage } {
    const meter = startMeter(pids);
    const startMs = monotonicMs();
    return {
      stop: () => {
        this.spans.push({ scenario: this.scenario, startMs, endMs: monotonicMs() });
        return meter.stop();
      },
    };
  }

  /** The running system; starts it when there is none. Audiences of the scenario before are gone. */
  async system(): Promise<System> {
    if (this.#system === undefined) {
      this.step('starting the cluster');
      const { profileFolder } = this.#options;
      const nodeOptions = profileFolder === undefined ? undefined : `--cpu-prof --cpu-prof-dir=${profileFolder}`;
      [this.#system] = await Promise.all([System.start(nodeOptions), this.fleet.readyPushers(MAX_STREAMS)]);
      for (const [name, pid] of Object.entries(this.#system.pids)) this.processNames.set(pid, name);
    }
    return this.#system;
  }

  /** A system that has done nothing yet, for what is measured from the start. */
  async freshSystem(): Promise<System> {
    await this.stopSystem();
    return this.system();
  }

  async stopSystem(): Promise<void> {
    const system = this.#system;
    this.#system = undefined;
    await system?.stop();
  }

  /** Starts a peer; undefined, noted among what was skipped, when this machine cannot have it. */
  async peer(name: PeerName): Promise<Peer | undefined> {
    try {
      const peer = await PEERS[name]();
      this.versions[peer.name] = peer.version;
      this.#peers.push(peer);
      return peer;
    } catch (error) {
      if (!(error instanceof MissingPeerError)) throw error;
      this.skipped.add(`${name}: ${error.message}`);
      return undefined;
    }
  }

  /** Ends every process that was started here, also after a scenario that was cut short. */
  async stop(): Promise<void> {
    this.fleet.stop();
    await Promise.all(this.#peers.map((peer) => peer.stop()));
    await this.stopSystem();
  }
}
