import type { Bus, Clock, HistoryEntry, NodeId } from '@longwire/domain';
import { lastSeqOf, trustedId } from '@longwire/domain';
import { RoomHistoryReply, RoomHistoryRequest } from '@longwire/protos/bus/v1';
import { decodeFrames, SERVER_FRAME_LIMITS } from '@longwire/wire';
import type { PastRequest, SentBatch } from './room-past.ts';

export interface PastOfNodesOptions {
  readonly bus: Pick<Bus, 'request'>;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** Gets what owners before this one have sent from the access nodes, which keep the last of it. */
export class PastOfNodes {
  readonly #options: PastOfNodesOptions;

  constructor(options: PastOfNodesOptions) {
    this.#options = options;
  }

  /** What one of the nodes has up to `lastSeq` of the epoch, in order, without a hole; empty when none has. Never rejects. */
  async ask(nodeIds: readonly string[], past: PastRequest): Promise<readonly HistoryEntry<SentBatch>[]> {
    for (const nodeId of nodeIds) {
      const entries = await this.#askOne(trustedId<NodeId>(nodeId), past);
      if (entries.length > 0) return entries;
    }
    return [];
  }

  async #askOne(nodeId: NodeId, { roomId, epoch, lastSeq }: PastRequest): Promise<readonly HistoryEntry<SentBatch>[]> {
    const { bus, timeoutMs } = this.#options;
    const request = RoomHistoryRequest.encode({ roomId, roomEpoch: epoch, afterSeq: 0, upToSeq: lastSeq }).finish();
    const outcome = await bus.request({ kind: 'node-history', nodeId }, request, timeoutMs);
    if (!outcome.ok) return [];
    return this.#read(outcome.payload, { roomId, epoch, lastSeq });
  }

  #read(payload: Uint8Array, { epoch, lastSeq }: PastRequest): readonly HistoryEntry<SentBatch>[] {
    const reply = decodeOrUndefined(payload);
    if (reply === undefined || !reply.isKnown || reply.roomEpoch !== epoch) return [];
    const atMs = this.#options.clock.monotonic();
    const entries: HistoryEntry<SentBatch>[] = [];
    for (const { firstSeq, count, frames } of reply.batches) {
      if (framesIn(frames) !== count) return [];
      entries.push({ firstSeq, count, sizeBytes: frames.length, atMs, value: { frames, idKeys: '' } });
    }
    const isWhole = entries.every((entry, index) => {
      const before = entries[index - 1];
      return before === undefined || entry.firstSeq === lastSeqOf(before) + 1;
    });
    const last = entries.at(-1);
    return isWhole && last !== undefined && lastSeqOf(last) === lastSeq ? entries : [];
  }
}

function decodeOrUndefined(payload: Uint8Array): RoomHistoryReply | undefined {
  try {
    return RoomHistoryReply.decode(payload);
  } catch {
    // No reply that can be read is no past.
    return undefined;
  }
}

/** How many frames these bytes are; 0 when they are no whole ones. */
function framesIn(bytes: Uint8Array): number {
  const { ok, frames } = decodeFrames(bytes, SERVER_FRAME_LIMITS);
  return ok ? frames.length : 0;
}
