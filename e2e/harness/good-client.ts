import type { LwField } from '@longwire/domain';
import { encodeClientFrame } from '@longwire/wire';
import type { NodeHint, Protover, ReceivedMessage, ServerFrame } from '@longwire/wire';
import type { ConnectAnswer } from './api.ts';
import type { LossyNetwork } from './good-client/client-line.ts';
import { ExpressInbox } from './good-client/express-inbox.ts';
import { GoodConnection } from './good-client/good-connection.ts';
import type { ReplyFrame } from './good-client/good-connection.ts';
import { ReconnectPlan } from './good-client/reconnect-plan.ts';
import { RoomCursor } from './good-client/room-cursor.ts';
import type { RoomGap, RoomPosition } from './good-client/room-cursor.ts';
import type { SharedDecoder } from './good-client/shared-decoder.ts';

/** What a client's application and its tests get to see. */
export interface GoodClientEvents {
  /** It begins to open a connection. */
  readonly onDial: (nodeId: string) => void;
  readonly onEntered: (nodeId: string) => void;
  readonly onLeft: (code: number) => void;
  /** The first time that the client is in this room. */
  readonly onJoined: (roomId: string) => void;
  /** A message for the application: once, in the order of its room. */
  readonly onMessage: (message: ReceivedMessage, position: RoomPosition | undefined) => void;
  readonly onGap: (roomId: string, gap: RoomGap) => void;
  /** A server ordered it to stay away. */
  readonly onStopped: (code: number) => void;
}

export interface GoodClientOptions {
  readonly rooms: readonly string[];
  readonly over: 'ws' | 'tcp';
  readonly protover: Protover;
  /** Asks its backend for a token and nodes. */
  readonly connect: () => Promise<ConnectAnswer>;
  readonly network: LossyNetwork;
  readonly random: () => number;
  readonly decoder: SharedDecoder;
  readonly events: GoodClientEvents;
}

/** Codes of a refused resume that a moment later may be another answer. */
const TRY_AGAIN: readonly number[] = [-429, -500, -503, -504];
const RESUME_TRIES = 4;
const TRY_AGAIN_MS = 500;

type ResumeReplyFrame = Extract<ReplyFrame, { readonly kind: 'resumeReply' }>;

interface RoomState {
  readonly cursor: RoomCursor<ReceivedMessage>;
  /** The first connection that was in this room. */
  joinedOn: GoodConnection | undefined;
}

/**
 * What a well written SDK does, after WIRE.md: reconnects with full jitter, follows hints by opening the new connection
 * first, dedupes express messages by id and acks every copy after handling it, keeps each room's order by seq, resumes.
 * Event driven and small enough for thousands in one process.
 */
export class GoodClient {
  readonly #options: GoodClientOptions;
  readonly #plan: ReconnectPlan;
  readonly #inbox = new ExpressInbox();
  readonly #rooms = new Map<string, RoomState>();
  #grant: ConnectAnswer | undefined;
  #connection: GoodConnection | undefined;
  #attempt: GoodConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #isOffline = false;
  #hasStopped = false;

  constructor(options: GoodClientOptions) {
    this.#options = options;
    this.#plan = new ReconnectPlan(options.random);
    for (const roomId of options.rooms) {
      const cursor = new RoomCursor<ReceivedMessage>(({ message, position }) =>
        options.events.onMessage(message, position),
      );
      this.#rooms.set(roomId, { cursor, joinedOn: undefined });
    }
  }

  get isIn(): boolean {
    return this.#connection !== undefined;
  }

  get nodeId(): string | undefined {
    return this.#connection?.nodeId;
  }

  /** Copies of express messages beyond the first. */
  get copies(): number {
    return this.#inbox.copies;
  }

  start(): void {
    void this.#tryToEnter();
  }

  /** For good; the server sees a normal close. */
  stop(): void {
    this.#hasStopped = true;
    clearTimeout(this.#timer);
    this.#attempt?.close();
    this.#connection?.close();
  }

  /** The device's network is gone for a time: the connection is cut without a word, and no other can be opened. */
  loseNetwork(forMs: number): void {
    if (this.#hasStopped) return;
    this.#isOffline = true;
    clearTimeout(this.#timer);
    this.#attempt?.cut();
    this.#connection?.cut();
    this.#timer = setTimeout(() => {
      this.#isOffline = false;
      this.#wait(this.#plan.afterOffline());
    }, forMs);
  }

  /** Stops reading, as a stalled tab does; the connection stays open. */
  pauseReading(): void {
    this.#connection?.pause();
  }

  resumeReading(): void {
    this.#connection?.resume();
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tryToEnter(), ms);
  }

  async #tryToEnter(): Promise<void> {
    if (this.#hasStopped || this.#isOffline || this.#isAsking || this.#attempt !== undefined) return;
    if (this.#grant === undefined || Date.now() >= this.#grant.expiresAt || this.#plan.node === undefined) {
      this.#isAsking = true;
      const grant = await this.#options.connect().catch(() => undefined);
      this.#isAsking = false;
      if (this.#hasStopped || this.#isOffline) return;
      if (grant === undefined || grant.nodes.length === 0) {
        this.#wait(this.#plan.afterRefusal());
        return;
      }
      this.#grant = grant;
      this.#plan.setNodes(grant.nodes);
    }
    if (this.#plan.node !== undefined) this.#dial(this.#plan.node, this.#grant);
  }

  #dial(node: NodeHint, { token, heartbeatMs }: ConnectAnswer): void {
    const { over, protover, network, decoder, random } = this.#options;
    const attempt = new GoodConnection({
      node,
      over,
      protover,
      token,
      heartbeatMs,
      network,
      decoder,
      random,
      onEntered: (connection) => this.#onEntered(connection),
      onFrame: (frame, connection) => this.#onFrame(frame, connection),
      onEnd: (connection, code, upForMs) => this.#onEnd(connection, code, upForMs),
    });
    this.#attempt = attempt;
    this.#options.events.onDial(node.nodeId);
    void attempt.open();
  }

  #onEntered(connection: GoodConnection): void {
    const old = this.#connection;
    this.#connection = connection;
    this.#attempt = undefined;
    if (old !== undefined) {
      this.#options.events.onLeft(1000);
      old.close();
    }
    this.#options.events.onEntered(connection.nodeId);
    for (const roomId of this.#rooms.keys()) this.#join(roomId, connection);
  }

  #join(roomId: string, connection: GoodConnection): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined || connection !== this.#connection) return;
    // From before the join's reply on: live messages of this connection must not overtake the missed ones.
    if (room.cursor.last !== undefined) room.cursor.beginResume();
    connection.ask(
      (seq) => encodeClientFrame({ kind: 'join', seq, roomId }),
      (reply) => {
        if (reply.code !== 0) {
          setTimeout(() => this.#join(roomId, connection), TRY_AGAIN_MS);
          return;
        }
        // Also at first: who knows the room's place from the beginning can tell later that something is missing.
        this.#resume(roomId, connection);
        if (room.joinedOn !== undefined) return;
        room.joinedOn = connection;
        this.#options.events.onJoined(roomId);
      },
    );
  }

  #resume(roomId: string, connection: GoodConnection, tries = 1): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined || connection !== this.#connection) return;
    room.cursor.beginResume();
    const { epoch, seq: roomSeq } = room.cursor.last ?? { epoch: 0, seq: 0 };
    connection.ask(
      (seq) => encodeClientFrame({ kind: 'resume', seq, roomId, epoch, roomSeq }),
      (reply) => {
        if (reply.kind !== 'resumeReply') return;
        if (TRY_AGAIN.includes(reply.code) && tries < RESUME_TRIES) {
          setTimeout(() => this.#resume(roomId, connection, tries + 1), TRY_AGAIN_MS);
        } else this.#finishResume(roomId, room, { connection, reply });
      },
    );
  }

  #finishResume(
    roomId: string,
    { cursor, joinedOn }: RoomState,
    { connection, reply }: { connection: GoodConnection; reply: ResumeReplyFrame },
  ): void {
    const { code, recovered, epoch, roomSeq: seq } = reply;
    const hadPlace = cursor.last !== undefined;
    const gap = cursor.finishResume({ code, recovered, epoch, seq });
    // Who has just come has missed nothing: it only learned where the room stands.
    if (gap !== undefined && (hadPlace || joinedOn !== connection)) this.#options.events.onGap(roomId, gap);
  }

  #onFrame(frame: ServerFrame, connection: GoodConnection): void {
    if (frame.kind === 'message') this.#onMessage(frame, connection);
    else if (frame.kind === 'reconnectHint' && connection === this.#connection) {
      this.#plan.setNodes(frame.nodes);
      this.#wait(frame.afterMs);
    }
  }

  #onMessage(message: ReceivedMessage, connection: GoodConnection): void {
    const { lw } = message;
    if (lw !== null && 'room' in lw) {
      if (connection === this.#connection) this.#onRoomMessage(message, lw, connection);
      return;
    }
    if (lw === null) return;
    if (this.#inbox.isNew(lw.id)) this.#options.events.onMessage(message, undefined);
    if ('ack' in lw && lw.ack) connection.ack([lw.id]);
  }

  #onRoomMessage(
    message: ReceivedMessage,
    { room: roomId, epoch, seq }: Extract<LwField, { readonly room: unknown }>,
    connection: GoodConnection,
  ): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined) return;
    const outcome = room.cursor.receive({ position: { epoch, seq }, message });
    if (outcome === 'resume') this.#resume(roomId, connection);
  }

  #onEnd(connection: GoodConnection, code: number, upForMs: number): void {
    if (connection === this.#connection) {
      this.#connection = undefined;
      this.#options.events.onLeft(code);
      // What a cut line leaves of a resume: the place is known, all else comes again.
      for (const { cursor } of this.#rooms.values()) cursor.forgetHeld();
      if (this.#attempt !== undefined) return;
    } else if (connection === this.#attempt) {
      this.#attempt = undefined;
    } else return;
    if (this.#hasStopped || this.#isOffline) return;
    const waitMs = this.#plan.afterEnd(code, upForMs);
    if (waitMs === undefined) {
      this.#hasStopped = true;
      this.#options.events.onStopped(code);
      return;
    }
    if (code === 4012) this.#grant = undefined;
    // A failed move leaves the client where it is, until that node closes it.
    if (this.#connection === undefined) this.#wait(waitMs);
  }
}
