import { AppError } from '@longwire/domain';
import type { Clock, NodeAddress, NodeDirectory, NodeId, NodeRecord } from '@longwire/domain';
import { isOffered } from '../schedule/eligibility.ts';
import { nodeAddressOf } from './node-address.ts';

/** One reading of the directory, frozen. */
export interface NodeList {
  /** Changes when `addresses` does: what clients compare. */
  readonly version: number;
  /** Every live node, by NodeId. */
  readonly nodes: ReadonlyMap<NodeId, NodeRecord>;
  /** The nodes that new clients may be sent to. */
  readonly offered: readonly NodeRecord[];
  /** `offered` as clients are told. */
  readonly addresses: readonly NodeAddress[];
}

/**
 * This replica's reading of the shared node directory. Reads never wait: they see the last reading, which is read
 * anew every 250 ms, after every operator decision, and when a node reports something new. When the store is gone the
 * last list stays in use for `maxAgeMs`: nodes outlive a store that is away for a moment.
 */
export interface NodeRegistry {
  /** Throws AppError `store-unavailable` when there is no list, or none younger than `maxAgeMs`. */
  current(): NodeList;
  /** Resolves when a reading that began after this call is in use. Rejects with `store-unavailable`. */
  refresh(): Promise<void>;
  /** The last list however old; undefined before the first. */
  latest(): NodeList | undefined;
  /** Age of the last list; Infinity before the first. */
  ageMs(): number;
}

export interface NodeRegistryOptions {
  readonly directory: Pick<NodeDirectory, 'snapshot'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly maxAgeMs: number;
  /** Called with each new list before it comes into use. Must not throw. */
  readonly onList: (list: NodeList) => void;
}

export function createNodeRegistry({ directory, clock, maxAgeMs, onList }: NodeRegistryOptions): NodeRegistry {
  let list: NodeList | undefined;
  let readAtMs = -Infinity;
  let reading: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    const startedAtMs = clock.monotonic();
    const snapshot = await directory.snapshot();
    const fresh = listOf(snapshot.version, snapshot.nodes);
    onList(fresh);
    list = fresh;
    readAtMs = startedAtMs;
  };
  const startReading = (): Promise<void> => {
    reading = read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const ageMs = (): number => clock.monotonic() - readAtMs;

  return {
    ageMs,
    latest: () => list,
    current() {
      if (list === undefined || ageMs() > maxAgeMs) {
        throw new AppError('store-unavailable', 'The list of access nodes cannot be read now', { retryAfterMs: 1000 });
      }
      return list;
    },
    refresh() {
      if (reading === undefined) return startReading();
      // One reading is under way and may have missed what the caller wants to see: all who ask now share the next.
      next ??= reading
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          return startReading();
        });
      return next;
    },
  };
}

function listOf(version: number, records: readonly NodeRecord[]): NodeList {
  const offered = records.filter(isOffered);
  return {
    version,
    nodes: new Map(records.map((record) => [record.description.nodeId, record])),
    offered,
    addresses: offered.map(nodeAddressOf),
  };
}
