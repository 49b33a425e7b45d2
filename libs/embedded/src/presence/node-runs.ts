import type { Clock, NodeId, NodeIncarnation, Session } from '@longwire/domain';

/** A run that reports before its first renewal counts as alive for this long. */
const UNRENEWED_TTL_MS = 5000;

interface NodeEntry {
  incarnation: number;
  isKnown: boolean;
  untilMs: number;
  /** Sessions by connection, per incarnation that has not been forgotten. */
  readonly runs: Map<number, Map<string, Session>>;
}

/** The nodes, their leases, and the sessions each run of them has on record. */
export class NodeRuns {
  readonly #clock: Clock;
  readonly #nodes = new Map<NodeId, NodeEntry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  renew({ nodeId, incarnation }: NodeIncarnation, ttlMs: number): 'known' | 'unknown' {
    const entry = this.#current({ nodeId, incarnation });
    if (entry === undefined) return 'unknown';
    entry.untilMs = this.#clock.monotonic() + ttlMs;
    return entry.isKnown ? 'known' : 'unknown';
  }

  /** The sessions of this run, to change; undefined when the run is outdated. */
  writable(node: NodeIncarnation): Map<string, Session> | undefined {
    return this.#current(node)?.runs.get(node.incarnation);
  }

  markKnown(node: NodeIncarnation): void {
    const entry = this.#current(node);
    if (entry !== undefined) entry.isKnown = true;
  }

  sessions({ nodeId, incarnation }: NodeIncarnation): ReadonlyMap<string, Session> | undefined {
    return this.#nodes.get(nodeId)?.runs.get(incarnation);
  }

  lapsed(): readonly NodeIncarnation[] {
    return [...this.#nodes].flatMap(([nodeId, entry]) =>
      [...entry.runs.keys()]
        .filter((incarnation) => this.#isLapsed(entry, incarnation))
        .map((incarnation) => ({ nodeId, incarnation })),
    );
  }

  /** Up to `limit` sessions of a lapsed run, which needs a snapshot from here on; none when it is alive or was forgotten. */
  takeLapsed({ nodeId, incarnation }: NodeIncarnation, limit: number): readonly Session[] {
    const entry = this.#nodes.get(nodeId);
    const run = entry?.runs.get(incarnation);
    if (entry === undefined || run === undefined || !this.#isLapsed(entry, incarnation)) return [];
    if (entry.incarnation === incarnation) entry.isKnown = false;
    const taken = [...run.values()].slice(0, limit);
    for (const { connectionId } of taken) run.delete(connectionId);
    if (taken.length === 0) entry.runs.delete(incarnation);
    if (entry.runs.size === 0) this.#nodes.delete(nodeId);
    return taken;
  }

  connections(): number {
    let count = 0;
    for (const { runs } of this.#nodes.values()) for (const run of runs.values()) count += run.size;
    return count;
  }

  #isLapsed(entry: NodeEntry, incarnation: number): boolean {
    return incarnation < entry.incarnation || entry.untilMs <= this.#clock.monotonic();
  }

  /** The node's entry if this is its newest run, which a newer one becomes by being seen. */
  #current({ nodeId, incarnation }: NodeIncarnation): NodeEntry | undefined {
    const untilMs = this.#clock.monotonic() + UNRENEWED_TTL_MS;
    const entry = this.#nodes.get(nodeId) ?? { incarnation, isKnown: false, untilMs, runs: new Map() };
    if (entry.incarnation > incarnation) return undefined;
    if (entry.incarnation < incarnation) Object.assign(entry, { incarnation, isKnown: false, untilMs });
    if (!entry.runs.has(incarnation)) entry.runs.set(incarnation, new Map());
    this.#nodes.set(nodeId, entry);
    return entry;
  }
}
