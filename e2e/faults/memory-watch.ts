import type { Row } from './scenario.ts';
import { boundRow } from './stage.ts';
import type { Topology } from './topology/topology.ts';

const SAMPLE_EVERY_MS = 500;

/** Watches how much memory the processes take while something goes on. */
export class MemoryWatch {
  readonly #topology: Topology;
  readonly #first: ReadonlyMap<string, number>;
  readonly #most = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(topology: Topology) {
    this.#topology = topology;
    this.#first = topology.memory();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_EVERY_MS);
  }

  /** Ends the watch; one row tells which process grew most. */
  row(what: string, mostMiB: number): Row {
    this.#sample();
    clearInterval(this.#timer);
    let worst = { name: 'none', grownMiB: 0 };
    for (const [name, most] of this.#most) {
      const grownMiB = most - (this.#first.get(name) ?? most);
      if (grownMiB > worst.grownMiB) worst = { name, grownMiB };
    }
    return boundRow(`${what}: memory of the process that grew most (${worst.name})`, Math.round(worst.grownMiB), {
      most: mostMiB,
      unit: 'MiB more',
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    for (const [name, mib] of this.#topology.memory()) this.#most.set(name, Math.max(mib, this.#most.get(name) ?? 0));
  }
}
