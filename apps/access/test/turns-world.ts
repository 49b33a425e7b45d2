import { brotliDecompressSync } from 'node:zlib';
import type { Bus, BusHandler, RequestOutcome, RoomId } from '@longwire/domain';
import { ENCODING_BITS, partitionOf, trustedId, withLwField } from '@longwire/domain';
import { RoomBatch, RoomHistoryReply, RoomHistoryRequest } from '@longwire/protos/bus/v1';
import { createMetricsRegistry, createSilentLogger, loadConfig } from '@longwire/runtime';
import { fakeClock } from '@longwire/testkit';
import {
  BODY_VER,
  decodeFrames,
  encodeMessageFrame,
  encodeMessageFrames,
  OPERATION,
  SERVER_FRAME_LIMITS,
} from '@longwire/wire';
import type { Frame, Protover } from '@longwire/wire';
import { composeRooms } from '../src/compose-rooms.ts';
import { accessConfig } from '../src/config.ts';
import { Connection } from '../src/connection/connection.ts';
import { RoomRequests } from '../src/connection/room-requests.ts';
import { RecentMessages } from '../src/delivery/dedup.ts';
import { createAccessMetrics } from '../src/metrics.ts';
import { ZoneIndex } from '../src/room/zones.ts';
import { EPOCH, ROOM } from './dictionary-vectors.ts';
import { FakeLogic } from './fake-tiers.ts';
import { expressFrame, payloadOf } from './test-node.ts';

/** The first has dictionaries. A request about one of them has a seq that leaves its index over when divided by two. */
export const ROOMS = [ROOM, trustedId<RoomId>('other')] as const;
export type RoomIndex = 0 | 1;

const MARK_BYTES = 256 * 1024;

/** A room's owner, as much as a node sees of it: where the room stands, and an answer for each question, when told to. */
interface Owner {
  lastSeq: number;
  readonly questions: (() => void)[];
}

/**
 * The rooms of a node as it composes them, on lines that write down what they are given. Nothing comes by itself: batches,
 * owners' answers and turns of the event loop are the test's.
 */
export class TurnsWorld {
  readonly viewers: Viewer[] = [];
  readonly clock = fakeClock();
  readonly registry = createMetricsRegistry();
  /** What was said of traced messages. */
  readonly spans: unknown[] = [];
  readonly #owners: readonly Owner[] = ROOMS.map(() => ({ lastSeq: 0, questions: [] }));
  readonly #handlers = new Map<string, BusHandler>();
  readonly #parts;
  readonly #requests: RoomRequests;
  #seq = 0;

  constructor(membersPerTurn: number) {
    const metrics = createAccessMetrics(this.registry);
    const [bulkBus, expressBus] = [this.#bus('bulk'), this.#bus('express')];
    this.#parts = composeRooms(loadConfig(accessConfig, { LONGWIRE_ACCESS_MEMBERS_PER_TURN: String(membersPerTurn) }), {
      node: { nodeId: trustedId('access-1'), incarnation: 1 },
      bulkBus,
      expressBus,
      logic: new FakeLogic(),
      clock: this.clock,
      logger: createSilentLogger(),
      metrics,
      zones: new ZoneIndex(),
      recent: new RecentMessages(),
      traces: { note: (span) => this.spans.push(span) },
    });
    this.#requests = new RoomRequests({ rooms: this.#parts.rooms, onChange: () => undefined });
  }

  get fanOutsUnderWay(): number {
    return this.#parts.pacer.underWay;
  }

  /** Bytes of what is kept for clients that resume. */
  get historyBytes(): number {
    return this.#parts.resume.historyBytes();
  }

  enter(protover: Protover): Viewer {
    const viewer = new Viewer(protover, (connection) => {
      for (const room of connection.rooms.slice()) this.#parts.rooms.leave(room, connection);
    });
    this.viewers.push(viewer);
    return viewer;
  }

  /** A batch that comes, or is lost on its way here; with a dictionary frame in it where one is given. */
  batch(room: RoomIndex, { count, isLost = false, dictionary, trace }: BatchOptions): void {
    const owner = this.#ownerOf(room);
    const firstSeq = owner.lastSeq + 1;
    owner.lastSeq += count;
    if (isLost) return;
    const encodings = [
      { encoding: ENCODING_BITS.plain, frames: framesOf(room, firstSeq, count) },
      ...(dictionary === undefined ? [] : [{ encoding: ENCODING_BITS.dictionary, frames: dictionary }]),
    ];
    const batch = { roomId: ROOMS[room], epoch: 1, roomEpoch: EPOCH, firstSeq, count, encodings, trace };
    const payload = RoomBatch.encode(RoomBatch.fromPartial({ ...batch, partition: partitionOf(ROOMS[room]) })).finish();
    this.#handlers.get(`bulk ${ROOMS[room]}`)?.(payload, undefined);
  }

  express(room: RoomIndex): void {
    this.#seq += 1;
    this.#handlers.get(`express ${ROOMS[room]}`)?.(expressFrame('express', `m${this.#seq}`), undefined);
  }

  dictionary(id: number, frame: Buffer): void {
    const room = this.#parts.rooms.find(ROOMS[0]);
    if (room !== undefined) this.#parts.dictionaries.take(room, { roomId: ROOMS[0], id, frame });
  }

  join({ connection }: Viewer, room: RoomIndex): void {
    if (!connection.isClosed) this.#requests.join(connection, { seq: this.#seqFor(room), roomId: ROOMS[room] });
  }

  leave({ connection }: Viewer, room: RoomIndex): void {
    if (!connection.isClosed) this.#requests.leave(connection, { seq: this.#seqFor(room), roomId: ROOMS[room] });
  }

  /** From `behind` messages before where the owner's count stands: what is more than came here is asked of the owner. */
  resume({ connection }: Viewer, room: RoomIndex, behind: number): void {
    if (connection.isClosed) return;
    const roomSeq = Math.max(0, this.#ownerOf(room).lastSeq - behind);
    const request = { seq: this.#seqFor(room), roomId: ROOMS[room], epoch: EPOCH, roomSeq };
    this.#parts.resume.resumes.resume(connection, request);
  }

  /** The owner answers the oldest question; false when there is none. */
  answer(room: RoomIndex): boolean {
    const next = this.#ownerOf(room).questions.shift();
    next?.();
    return next !== undefined;
  }

  /** What a second brings to dictionaries: among others, another try where a line had no place for one. */
  sweepDictionaries(): void {
    this.#parts.dictionaries.sweep();
  }

  stop(): void {
    this.#parts.rooms.stop();
  }

  /** Requests of one room have seqs of their own, so that their replies can be told apart. */
  #seqFor(room: RoomIndex): number {
    this.#seq += 1;
    return this.#seq * 2 + room;
  }

  #ownerOf(room: RoomIndex): Owner {
    const owner = this.#owners[room];
    if (owner === undefined) throw new Error('no such room');
    return owner;
  }

  #bus(lane: string): Bus {
    const bus: Pick<Bus, 'publish' | 'subscribe' | 'request'> = {
      publish: () => 'sent',
      subscribe: (topic, handler) => {
        if (topic.kind === 'room-batch') this.#handlers.set(`${lane} ${topic.roomId}`, handler);
        return Promise.resolve({ unsubscribe: () => undefined } as never);
      },
      request: (_topic, payload) => this.#ask(RoomHistoryRequest.decode(payload)),
    };
    return bus as Bus;
  }

  #ask({ roomId, afterSeq }: RoomHistoryRequest): Promise<RequestOutcome> {
    const room = roomId === ROOMS[0] ? 0 : 1;
    const owner = this.#ownerOf(room);
    return new Promise((resolve) => {
      owner.questions.push(() => {
        const count = owner.lastSeq - afterSeq;
        const firstSeq = afterSeq + 1;
        const batches = count > 0 ? [{ firstSeq, count, frames: framesOf(room, firstSeq, count) }] : [];
        const reply = { isKnown: true, roomEpoch: EPOCH, lastSeq: owner.lastSeq, ownerEpoch: 1, batches };
        resolve({ ok: true, payload: RoomHistoryReply.encode(RoomHistoryReply.fromPartial(reply)).finish() });
      });
    });
  }
}

interface BatchOptions {
  readonly count: number;
  readonly isLost?: boolean;
  readonly dictionary?: Buffer | undefined;
  readonly trace?: { readonly messageIds: string[] };
}

let connections = 0;

/** A client's line that can be made to push back, and what was written to it. */
export class Viewer {
  readonly connection: Connection;
  readonly written: Buffer[] = [];
  #isBlocked = false;

  constructor(protover: Protover, onClosed: (connection: Connection) => void) {
    connections += 1;
    const isBlocked = (): boolean => this.#isBlocked;
    const line = {
      kind: 'tcp',
      isMessageFramed: false,
      get bufferedBytes() {
        return isBlocked() ? MARK_BYTES + 1 : 0;
      },
      write: (bytes: Uint8Array) => {
        this.written.push(Buffer.from(bytes));
        return !this.#isBlocked;
      },
      close: () => undefined,
      destroy: () => undefined,
    };
    const ignore = (): void => undefined;
    this.connection = new Connection({
      connectionId: trustedId(`c${connections}`),
      transport: line as never,
      events: { onFrame: ignore, onCrash: ignore, onClosed, onGone: ignore },
      marks: { bulkMarkBytes: MARK_BYTES, boundBytes: 4 * MARK_BYTES, maxAgeMs: 5000 },
      connectedAtMs: 0,
      deadlineMs: 0,
    });
    this.connection.setProtover(protover);
    this.connection.state = 'open';
  }

  /** Its line pushes back from now on, above the mark for bulk, or takes bytes again. */
  setBlocked(isBlocked: boolean): void {
    this.#isBlocked = isBlocked;
    if (isBlocked) this.connection.send(encodeMessageFrame(payloadOf('express')));
    else this.connection.onDrain();
  }

  /** All that concerns a room, in hex, in the order it was written: its batches, dictionaries and replies, and op 25. */
  storyOf(room: RoomIndex): readonly string[] {
    const { frames } = decodeFrames(Buffer.concat(this.written), SERVER_FRAME_LIMITS);
    return frames
      .filter((frame) => isAbout(frame, room))
      .map(({ op, ver, seq, body }) => {
        return `${op}/${ver}/${seq} ${Buffer.from(body).toString('hex')}`;
      });
  }
}

function isAbout({ op, ver, seq, body }: Frame, room: RoomIndex): boolean {
  if (op === OPERATION.closeNotice) return true;
  if (op === OPERATION.dictionary || ver === BODY_VER.dictionary) return room === 0;
  if (op !== OPERATION.message) return seq % 2 === room;
  const text = Buffer.from(ver === BODY_VER.brotli ? brotliDecompressSync(body) : body).toString('latin1');
  return text.includes(`"room":"${ROOMS[room]}"`);
}

function framesOf(room: RoomIndex, firstSeq: number, count: number): Buffer {
  const bodies = Array.from({ length: count }, (_, index) =>
    withLwField(payloadOf('bulk'), { room: ROOMS[room], seq: firstSeq + index, epoch: EPOCH }),
  );
  return Buffer.from(encodeMessageFrames(bodies));
}
