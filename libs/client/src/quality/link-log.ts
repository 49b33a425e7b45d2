import type { ClientClock } from '../clock.ts';
import type { Frames } from '../codec/frames.ts';
import { HEARTBEAT, HEARTBEAT_REPLY } from '../codec/operations.ts';
import type { Line, LineEnd, LineEvents, Transport } from '../connection/transport.ts';

/** What was seen of one node since the last report, as control's `POST /v1/link-quality` takes it. */
export interface NodeSample {
  readonly nodeId: string;
  readonly connects: number;
  readonly failedDials: number;
  readonly losses: number;
  readonly connectMs: number | null;
  readonly rttMs: number | null;
}

interface Counts {
  connects: number;
  failedDials: number;
  losses: number;
  readonly connectMs: number[];
  readonly rttMs: number[];
}

export const MAX_REPORTED_NODES = 8;
const MAX_COUNT = 1_000;
const MAX_MS = 120_000;
const AUTH_REPLY = 8;
const OP_OFFSET = 8;
/** A dial that was given up earlier lost a race, which says nothing of the node. */
const FAIR_DIAL_MS = 2_000;

/** Watches a transport and notes what becomes of its lines. `onNews` is called when there is something to report. */
export class LinkLog {
  readonly #clock: ClientClock;
  readonly #onNews: () => void;
  readonly #nodes = new Map<string, Counts>();

  constructor(clock: ClientClock, onNews: () => void) {
    this.#clock = clock;
    this.#onNews = onNews;
  }

  /** What was noted since the last call. */
  take(): readonly NodeSample[] {
    const samples = [...this.#nodes].map(([nodeId, { connects, failedDials, losses, connectMs, rttMs }]) => ({
      nodeId,
      connects: Math.min(MAX_COUNT, connects),
      failedDials: Math.min(MAX_COUNT, failedDials),
      losses: Math.min(MAX_COUNT, losses),
      connectMs: meanOf(connectMs),
      rttMs: meanOf(rttMs),
    }));
    this.#nodes.clear();
    return samples.slice(0, MAX_REPORTED_NODES);
  }

  watch(inner: Transport): Transport {
    // One address is one node: the latest that was named with it.
    const nodeIds = new Map<string, string>();
    return {
      addressOf: (node) => {
        const address = inner.addressOf(node);
        nodeIds.set(address, node.nodeId);
        return address;
      },
      open: (address, events) => this.#watchLine(inner, address, { events, nodeId: nodeIds.get(address) ?? '' }),
    };
  }

  #watchLine(inner: Transport, address: string, { events, nodeId }: { events: LineEvents; nodeId: string }): Line {
    const startedMs = this.#clock.monotonic();
    let state: 'dialling' | 'open' | 'live' | 'ended' = 'dialling';
    let beatMs: number | undefined;
    const end = (isLoss: boolean): void => {
      if (state !== 'ended' && isLoss) this.#note(nodeId, state === 'live' ? { losses: 1 } : { failedDials: 1 });
      state = 'ended';
    };
    const onFrames = ({ frames }: Frames): void => {
      for (const { op } of frames) {
        if (op === AUTH_REPLY && state === 'open') {
          state = 'live';
          this.#note(nodeId, { connects: 1, connectMs: this.#clock.monotonic() - startedMs });
        } else if (op === HEARTBEAT_REPLY && beatMs !== undefined) {
          this.#note(nodeId, { rttMs: this.#clock.monotonic() - beatMs });
          beatMs = undefined;
        }
      }
    };
    const line = this.#open(nodeId, () =>
      inner.open(address, {
        onOpen: () => {
          state = 'open';
          events.onOpen();
        },
        onFrames: (frames) => {
          onFrames(frames);
          events.onFrames(frames);
        },
        onClose: (how) => {
          end(isUnannounced(how));
          events.onClose(how);
        },
      }),
    );
    return {
      send: (bytes) => {
        if (new DataView(bytes.buffer, bytes.byteOffset).getUint32(OP_OFFSET) === HEARTBEAT)
          beatMs = this.#clock.monotonic();
        line.send(bytes);
      },
      close: (how) => {
        const isSlowDial = state === 'dialling' && this.#clock.monotonic() - startedMs > FAIR_DIAL_MS;
        end(isSlowDial || how.reason === 'dead');
        line.close(how);
      },
    };
  }

  /** An address that is none is a dial that failed. */
  #open(nodeId: string, open: () => Line): Line {
    try {
      return open();
    } catch (cause) {
      this.#note(nodeId, { failedDials: 1 });
      throw cause;
    }
  }

  #note(nodeId: string, change: Partial<Record<keyof Counts, number>>): void {
    const known = this.#nodes.get(nodeId);
    const counts = known ?? { connects: 0, failedDials: 0, losses: 0, connectMs: [], rttMs: [] };
    this.#nodes.set(nodeId, counts);
    for (const name of ['connects', 'failedDials', 'losses'] as const) counts[name] += change[name] ?? 0;
    for (const name of ['connectMs', 'rttMs'] as const) {
      const value = change[name];
      // A report covers a minute; more of them than that is no line of ours.
      if (value !== undefined && counts[name].length < MAX_COUNT) counts[name].push(Math.min(MAX_MS, value));
    }
    this.#onNews();
  }
}

/** A line that ended and nobody had said why: not by the business, a drain, or the node's own rules. */
function isUnannounced({ code }: LineEnd): boolean {
  return code === 1005 || code === 1006;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
