import type { RequestOutcome, RoomId } from '@longwire/domain';
import { partitionOf, RoomHistories, trustedId, withLwField } from '@longwire/domain';
import { RoomBatch, RoomHistoryReply, RoomHistoryRequest } from '@longwire/protos/bus/v1';
import { createMetricsRegistry } from '@longwire/runtime';
import { fakeClock } from '@longwire/testkit';
import { encodeMessageFrames, FrameDecoder, parseServerFrame, SERVER_FRAME_LIMITS } from '@longwire/wire';
import type { ServerFrame } from '@longwire/wire';
import { Connection } from '../src/connection/connection.ts';
import { BatchReceiver } from '../src/delivery/batch-receiver.ts';
import { RecentMessages } from '../src/delivery/dedup.ts';
import type { WireEncoding } from '../src/delivery/encoded-batch.ts';
import { PartitionFences } from '../src/delivery/partition-fences.ts';
import { RecentKeys } from '../src/delivery/recent-keys.ts';
import { RoomPacer } from '../src/delivery/room-pacer.ts';
import { createAccessMetrics } from '../src/metrics.ts';
import { OwnerHistory } from '../src/resume/owner-history.ts';
import { Replays } from '../src/resume/replays.ts';
import { Resumes } from '../src/resume/resumes.ts';
import { RoomPast } from '../src/resume/room-past.ts';
import { Room } from '../src/room/room.ts';

const ROOM = trustedId<RoomId>('a');
const PARTITION = partitionOf(ROOM);
const NO_KEYS = Buffer.alloc(0);

/** The room's owner, as much of it as access nodes see: positions, history, and who it is. */
export class Owner {
  epoch = 1;
  ownerEpoch = 1;
  lastSeq = 0;
  /** The oldest message it can still tell. */
  firstSeq = 1;

  answer(payload: Uint8Array): Uint8Array {
    const { roomEpoch, afterSeq } = RoomHistoryRequest.decode(payload);
    const { epoch, ownerEpoch, lastSeq } = this;
    const from = Math.max(afterSeq + 1, this.firstSeq);
    const count = lastSeq - from + 1;
    const batches =
      roomEpoch === epoch && count > 0 ? [{ firstSeq: from, count, frames: framesOf(epoch, from, count) }] : [];
    return RoomHistoryReply.encode({
      isKnown: true,
      roomEpoch: epoch,
      lastSeq,
      ownerEpoch,
      batches,
      idKeys: NO_KEYS,
    }).finish();
  }

  batch(count: number): Uint8Array {
    const firstSeq = this.lastSeq + 1;
    this.lastSeq += count;
    return RoomBatch.encode({
      roomId: ROOM,
      partition: PARTITION,
      epoch: this.ownerEpoch,
      roomEpoch: this.epoch,
      firstSeq,
      count,
      encodings: [{ encoding: 1, frames: framesOf(this.epoch, firstSeq, count) }],
      firstAcceptedAtMs: 0,
      idKeys: NO_KEYS,
      dictionary: undefined,
    }).finish();
  }
}

function framesOf(epoch: number, firstSeq: number, count: number): Buffer {
  const bodies = Array.from({ length: count }, (_, index) =>
    withLwField(Buffer.from('{"cmd":"M"}'), { room: ROOM, seq: firstSeq + index, epoch }),
  );
  return Buffer.from(encodeMessageFrames(bodies));
}

/** One access node's part of the room; what is on its way to it waits until it is delivered, in order. */
export class Node {
  readonly room = new Room(ROOM);
  readonly fences = new PartitionFences();
  readonly clock = fakeClock();
  readonly resumes: Resumes;
  readonly #batches: BatchReceiver;
  readonly #owner: Owner;
  #onItsWay: { readonly isFrom: number; readonly deliver: () => void; readonly lose: () => void }[] = [];

  constructor(owner: Owner) {
    this.#owner = owner;
    this.room.isReady = true;
    const metrics = createAccessMetrics(createMetricsRegistry());
    const limits = { keepMs: 30_000, maxMessages: 20, maxRoomBytes: 1 << 20, maxTotalBytes: 1 << 20 };
    const recentKeys = new RecentKeys({ keepMs: 60_000, onShortened: () => undefined });
    const past = new RoomPast({
      histories: new RoomHistories<readonly WireEncoding[]>(limits),
      fences: this.fences,
      recentKeys,
      now: () => this.clock.monotonic(),
      onRecoded: metrics.onRecoded,
      onMissed: (room, batch) => this.#batches.onMissed(room, batch),
    });
    this.#batches = new BatchReceiver({
      metrics,
      clock: this.clock,
      past,
      fences: this.fences,
      recentKeys,
      recent: new RecentMessages(),
      traces: { note: () => undefined },
      dictionaries: { take: () => undefined },
      pacer: new RoomPacer({ membersPerTurn: 500, onPaced: () => undefined }),
      onUnreadable: () => undefined,
      onAhead: () => undefined,
    });
    this.resumes = new Resumes({
      past,
      owner: new OwnerHistory({ bulkBus: { request: (_, payload) => this.#ask(payload) }, onAsked: () => undefined }),
      replays: new Replays(metrics.onRecoded),
      clock: this.clock,
      waitMs: 1000,
      onResumed: () => undefined,
      onFault: (caught) => {
        throw caught;
      },
    });
  }

  send(payload: Uint8Array): void {
    const deliver = (): void => this.#batches.onBulk(this.room, payload);
    this.#onItsWay.push({ isFrom: this.#owner.ownerEpoch, deliver, lose: () => undefined });
  }

  /** The next thing on its way arrives; false when there is none. */
  async deliver(): Promise<boolean> {
    const next = this.#onItsWay.shift();
    next?.deliver();
    await this.clock.advanceAsync(0);
    return next !== undefined;
  }

  /** A new owner asks: from now on the old one is not heard, and requests to it come to nothing. */
  async fence(ownerEpoch: number): Promise<void> {
    this.fences.admit(PARTITION, ownerEpoch);
    for (const { lose } of this.#onItsWay.splice(0)) lose();
    await this.clock.advanceAsync(0);
  }

  #ask(payload: Uint8Array): Promise<RequestOutcome> {
    const answer = this.#owner.answer(payload);
    return new Promise((resolve) => {
      this.#onItsWay.push({
        isFrom: this.#owner.ownerEpoch,
        deliver: () => resolve({ ok: true, payload: answer }),
        lose: () => resolve({ ok: false, failure: 'timeout' }),
      });
    });
  }
}

interface Position {
  readonly epoch: number;
  readonly seq: number;
}

/** A client that does what WIRE.md says, and writes down what the application sees. */
export class GoodClient {
  /** What the application was shown; `loss` where it was told that something is gone. */
  readonly shown: (Position | 'loss')[] = [];
  /** Where a reply did not keep its word. */
  readonly violations: string[] = [];
  #last: Position | undefined;
  #held: Position[] | undefined;
  /** Where the last `recovered` said that the room stands. */
  #promised: Position | undefined;
  #connection: Connection | undefined;
  #node: Node | undefined;
  #seq = 0;

  enter(node: Node): void {
    this.leave();
    const decoder = new FrameDecoder(SERVER_FRAME_LIMITS);
    const connection: Connection = new Connection({
      connectionId: trustedId('c'),
      transport: {
        kind: 'tcp',
        isMessageFramed: false,
        bufferedBytes: 0,
        write: (bytes: Uint8Array) => {
          if (this.#connection !== connection) return true;
          for (const frame of decoder.feed(bytes).frames) {
            const parsed = parseServerFrame({ ...frame, body: frame.body.slice() });
            if (parsed.ok) this.#onFrame(parsed.frame);
          }
          return true;
        },
        close: () => undefined,
        destroy: () => undefined,
      } as never,
      events: {
        onFrame: () => undefined,
        onCrash: () => undefined,
        onClosed: () => undefined,
        onGone: () => undefined,
      },
      marks: { bulkMarkBytes: 1 << 18, boundBytes: 1 << 20, maxAgeMs: 5000 },
      connectedAtMs: 0,
      deadlineMs: 0,
    });
    connection.state = 'open';
    this.#connection = connection;
    this.#node = node;
    this.#held = undefined;
    node.room.add(connection);
    if (this.#last !== undefined) this.resume(this.#last);
  }

  leave(): void {
    if (this.#connection === undefined) return;
    this.#node?.room.remove(this.#connection);
    this.#connection.state = 'closed';
    this.#connection = undefined;
    this.#held = undefined;
  }

  get isWaiting(): boolean {
    return this.#held !== undefined;
  }

  resume({ epoch, seq }: Position): void {
    if (this.#connection === undefined || this.#held !== undefined) return;
    this.#held = [];
    this.#seq += 1;
    this.#node?.resumes.resume(this.#connection, { seq: this.#seq, roomId: ROOM, epoch, roomSeq: seq });
  }

  #onFrame(frame: ServerFrame): void {
    if (frame.kind === 'message' && frame.lw !== null && 'room' in frame.lw) this.#onMessage(frame.lw);
    else if (frame.kind === 'resumeReply') this.#onReply(frame);
  }

  #onReply(reply: Extract<ServerFrame, { kind: 'resumeReply' }>): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (reply.code === 0 && reply.recovered) {
      this.#promised = { epoch: reply.epoch, seq: reply.roomSeq };
      return;
    }
    this.shown.push('loss');
    for (const position of held) this.#show(position);
    // What is between the last of these and the reply's position is gone too.
    if (held.length > 0) this.shown.push('loss');
    if (reply.code === 0) this.#last = { epoch: reply.epoch, seq: reply.roomSeq };
  }

  #onMessage(position: Position): void {
    const last = this.#last;
    const promised = this.#promised;
    if (this.#held === undefined && last !== undefined && promised?.epoch === last.epoch && last.seq < promised.seq) {
      const isNext = position.epoch === last.epoch && position.seq === last.seq + 1;
      if (!isNext) this.violations.push(`${position.seq} after ${last.seq}, all up to ${promised.seq} was promised`);
    }
    if (this.#held !== undefined) {
      this.#held.push(position);
    } else if (last === undefined || position.epoch > last.epoch) {
      this.#show(position);
    } else if (position.epoch === last.epoch && position.seq > last.seq + 1) {
      this.resume(last);
      // A reply that came in the same turn has taken care of it.
      this.#holdBack(position);
    } else if (position.epoch === last.epoch && position.seq === last.seq + 1) {
      this.#show(position);
    }
  }

  #holdBack(position: Position): void {
    this.#held?.push(position);
  }

  #show({ epoch, seq }: Position): void {
    this.#last = { epoch, seq };
    this.shown.push({ epoch, seq });
  }
}
