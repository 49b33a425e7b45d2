import { ENCODING_BITS } from '@longwire/domain';
import type { Clock } from '@longwire/domain';
import { ExpressFrame, RoomBatch } from '@longwire/protos/bus/v1';
import type { TraceSink } from '@longwire/vitals';
import { HEADER_BYTES } from '@longwire/wire';
import type { NodeDictionaries } from '../dictionary/node-dictionaries.ts';
import type { AccessMetrics } from '../metrics.ts';
import { emptyTally, fanOutExpress } from '../room/fan-out.ts';
import type { PastBatch } from '../resume/past-batch.ts';
import { toPastBatch } from '../resume/past-batch.ts';
import type { RoomPast } from '../resume/room-past.ts';
import type { Room } from '../room/room.ts';
import { noteWritten, observeDelay } from './arrived.ts';
import type { BatchFacts } from './batch-report.ts';
import { BatchReport } from './batch-report.ts';
import type { WireEncoding } from './encoded-batch.ts';
import type { RecentMessages } from './dedup.ts';
import { EncodedBatch } from './encoded-batch.ts';
import { settleFanOut } from './fan-out-settler.ts';
import type { PartitionFences } from './partition-fences.ts';
import type { RecentKeys } from './recent-keys.ts';
import type { RoomPacer } from './room-pacer.ts';

export interface BatchReceiverOptions {
  readonly metrics: AccessMetrics;
  readonly clock: Clock;
  readonly past: RoomPast;
  readonly fences: PartitionFences;
  readonly recentKeys: RecentKeys;
  /** Messages for many that were written here: shared by all ways they come. */
  readonly recent: RecentMessages;
  readonly traces: TraceSink;
  readonly dictionaries: Pick<NodeDictionaries, 'take'>;
  readonly pacer: RoomPacer;
  /** A batch came that nothing here can be read of: the owner must be told what the node has. */
  readonly onUnreadable: (room: Room) => void;
  /** A new owner counts from before what this node has seen: it must be told where the room stands here. */
  readonly onAhead: (room: Room) => void;
}

/**
 * Takes what dispatch forwards for one room and writes it to every member, bulk in the order it came, express at once.
 * Never throws: bytes that are no batch are counted and dropped.
 */
export class BatchReceiver {
  readonly #options: BatchReceiverOptions;

  constructor(options: BatchReceiverOptions) {
    this.#options = options;
  }

  onBulk(room: Room, payload: Uint8Array): void {
    const { metrics, clock, past, fences, recentKeys } = this.#options;
    const batch = decodeOrNull(() => RoomBatch.decode(payload));
    if (batch === null) {
      metrics.malformed.inc({ topic: 'room-batch' });
      return;
    }
    const { firstSeq, count, epoch: ownerEpoch } = batch;
    const epoch = batch.roomEpoch === 0 ? ownerEpoch : batch.roomEpoch;
    if (!fences.admit(batch.partition, ownerEpoch)) {
      metrics.staleBatches.inc();
      return;
    }
    if (batch.dictionary !== undefined) {
      this.#options.dictionaries.take(room, batch.dictionary);
      return;
    }
    const atMs = clock.monotonic();
    recentKeys.note(room.partition, batch.idKeys, atMs);
    const lastSeq = firstSeq + count - 1;
    // Members have had all up to where the room stands: a copy, filled up from the owner before it came by itself.
    if (epoch < room.epoch || (epoch === room.epoch && lastSeq <= room.lastSeq)) {
      metrics.staleBatches.inc();
      if (ownerEpoch > room.ownerEpoch) this.#options.onAhead(room);
      return;
    }
    const encodings = withDictionaries(room, batch.encodings);
    if (encodings.length === 0) {
      // As if it had not come: its messages are a hole to be filled from the owner.
      metrics.malformed.inc({ topic: 'room-batch' });
      this.#options.onUnreadable(room);
      return;
    }
    past.add(room, toPastBatch({ firstSeq, count, atMs }, encodings), { epoch, ownerEpoch });
    if (room.members.length === 0) return;
    const { firstAcceptedAtMs: acceptedAtMs, trace } = batch;
    this.#write(room, encodings, { messages: count, acceptedAtMs, tracedIds: trace?.messageIds });
  }

  /** Messages that did not come by themselves: written as if they came now. */
  onMissed(room: Room, batch: PastBatch): void {
    this.#options.metrics.repaired.inc(batch.count);
    if (room.members.length > 0) this.#write(room, batch.value, { messages: batch.count });
  }

  #write(room: Room, encodings: readonly WireEncoding[], facts: BatchFacts): void {
    const { metrics, pacer } = this.#options;
    metrics.fanOuts.inc({ kind: 'room' });
    pacer.fanOut(room, EncodedBatch.of(encodings, metrics.onRecoded), new BatchReport(facts, this.#options));
  }

  /** Reaches all members in this turn: it may overtake a batch that is under way, as express may. */
  onExpress(room: Room, payload: Uint8Array): void {
    const { metrics, clock, recent } = this.#options;
    const message = decodeOrNull(() => ExpressFrame.decode(payload));
    if (message === null) {
      metrics.malformed.inc({ topic: 'room-batch' });
      return;
    }
    if (room.members.length === 0) return;
    if (!recent.isNew(message.messageId, clock.monotonic())) {
      metrics.copies.inc({ kind: 'room' });
      return;
    }
    const encoded = EncodedBatch.ofPlain(message.frame, metrics.onRecoded);
    const tally = emptyTally();
    fanOutExpress(encoded, room.members, { start: 0, end: room.members.length }, tally);
    metrics.fanOuts.inc({ kind: 'room-express' });
    observeDelay('express', message.acceptedAtMs, this.#options);
    settleFanOut(tally, { lane: 'express', messages: 1 }, metrics);
    if (message.isTraced) noteWritten(this.#options.traces, [message.messageId], { lane: 'express', tally });
  }
}

/** Joins the encoding that has one with its dictionary; leaves it out where that is not here. */
function withDictionaries(room: Room, encodings: readonly WireEncoding[]): readonly WireEncoding[] {
  if (!encodings.some(isOfDictionary)) return encodings;
  return encodings.flatMap((each) => {
    if (!isOfDictionary(each)) return [each];
    const dictionary = room.dictionaries?.find(seqOf(each.frames));
    return dictionary === undefined ? [] : [{ ...each, dictionary }];
  });
}

function isOfDictionary({ encoding }: WireEncoding): boolean {
  return encoding === ENCODING_BITS.dictionary;
}

/** The header's `seq`, which names the dictionary of a frame of ver 4; 0 for what is no frame. */
function seqOf(frame: Uint8Array): number {
  return frame.length < HEADER_BYTES ? 0 : new DataView(frame.buffer, frame.byteOffset).getUint32(HEADER_BYTES - 4);
}

/** Protobuf readers throw on damaged bytes; here that is an expected outcome. */
export function decodeOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    // The caller counts it as malformed.
    return null;
  }
}
