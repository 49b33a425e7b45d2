import type { ConnectionId, DeviceId, Session, UserId } from '@longwire/domain';
import { encodingOfProtover, trustedId } from '@longwire/domain';
import {
  buildWsFrame,
  CLIENT_FRAME_LIMITS,
  clipCloseReason,
  CLOSE_CODES,
  decodeFrames,
  encodeCloseNotice,
  FrameDecoder,
} from '@longwire/wire';
import type { CloseName, Frame, Protover } from '@longwire/wire';
import type { CopyFilter } from '../delivery/dedup.ts';
import type { Slot } from '../delivery/slot.ts';
import { slotOf } from '../delivery/slot.ts';
import type { Member, Room } from '../room/room.ts';
import type { Transport, TransportHandler } from '../transport/transport.ts';
import type { OutboxMarks } from './outbox.ts';
import { Outbox } from './outbox.ts';

/** `new` takes op 7 alone; `joining` is authenticated and waits for its first room; `open` takes everything else. */
export type ConnectionState = 'new' | 'joining' | 'open' | 'closed';

/** What a connection leaves to others. One object serves all connections of a node. */
export interface ConnectionEvents {
  /** One whole frame, in order. The body is only lent. What it throws closes this connection alone. */
  onFrame(connection: Connection, frame: Frame): void;
  onCrash(connection: Connection, caught: unknown): void;
  /** The connection has just ended: by us with `name`, or by the client (null). Called once. */
  onClosed(connection: Connection, name: CloseName | null): void;
  /** Its line is gone for good; after `onClosed`. */
  onGone(connection: Connection): void;
}

const GUEST_DEVICE = trustedId<DeviceId>('-');

/** One client: its line, who it is, the rooms it is in, and what waits for it. Owns no timer: a sweep looks at it. */
export class Connection implements TransportHandler, Member {
  readonly connectionId: ConnectionId;
  readonly transport: Transport;
  readonly outbox: Outbox;
  readonly connectedAtMs: number;
  readonly rooms: Room[] = [];
  readonly roomIndexes: number[] = [];
  state: ConnectionState = 'new';
  /** True from when `state` is `closed`: a field, because every fan-out reads it for every member. */
  isClosed = false;
  /** When the sweep acts on it, by the monotonic clock: auth or heartbeat overdue, or, closed, the line to be cut. */
  deadlineMs: number;
  userId: UserId | null = null;
  deviceId: DeviceId = GUEST_DEVICE;
  platform = '';
  /** Logic has been told that the session opened, so it must hear of its end. */
  isReported = false;
  slot: Slot;
  lastFanOut = 0;
  /** What it was sent directly; made with the first such message, which most connections never get. */
  copies: CopyFilter | null = null;
  /** Where it stands in the connection table; -1 once it has left. */
  tableIndex = -1;
  /** Requests that wait for something before they are answered. */
  pendingRequests = 0;
  /** Frames in the present second, and which second that is. */
  framesInSecond = 0;
  second = 0;
  /** Frames that came while the answer to op 7 was waiting; null when there are none. */
  deferred: Frame[] | null = null;
  readonly #events: ConnectionEvents;
  readonly #decoder: FrameDecoder | null;

  constructor(options: ConnectionOptions) {
    this.connectionId = options.connectionId;
    this.transport = options.transport;
    this.connectedAtMs = options.connectedAtMs;
    this.deadlineMs = options.deadlineMs;
    this.#events = options.events;
    this.outbox = new Outbox(options.transport, options.marks);
    this.slot = slotOf('plain', options.transport.isMessageFramed);
    this.#decoder = options.transport.isMessageFramed ? null : new FrameDecoder(CLIENT_FRAME_LIMITS);
  }

  /** The room whose online count heartbeats tell: of those it is in, the one joined first. */
  get currentRoom(): Room | undefined {
    return this.rooms[0];
  }

  /** Sets what the client can decode. Only before it joins a room. */
  setProtover(protover: Protover): void {
    this.slot = slotOf(encodingOfProtover(protover), this.transport.isMessageFramed);
  }

  /** The session as it is now, for logic. */
  toSession(): Session {
    return {
      connectionId: this.connectionId,
      userId: this.userId,
      deviceId: this.deviceId,
      platform: this.platform,
      rooms: this.rooms.map((room) => room.roomId),
      connectedAtMs: this.connectedAtMs,
    };
  }

  /** Sends a reply or notice, ahead of bulk. One that does not fit closes the connection as a slow consumer. */
  send(frame: Uint8Array): void {
    if (this.isClosed) return;
    const bytes = this.transport.isMessageFramed ? buildWsFrame(frame) : frame;
    if (this.outbox.offerExpress(bytes) === 'full') this.close('slowConsumer');
  }

  /**
   * Sends a reply in the order of bulk, with `following` right behind it: both or, when that would go beyond the bound
   * of the outbox, nothing (false). `following` is framed as the line wants it.
   */
  sendInOrder(frame: Uint8Array, following: Uint8Array): boolean {
    if (this.isClosed) return true;
    const bytes = this.transport.isMessageFramed ? buildWsFrame(frame) : frame;
    if (!this.outbox.hasPlaceFor(bytes.length + following.length)) return false;
    this.outbox.addInOrder(bytes);
    if (following.length > 0) this.outbox.addInOrder(following);
    return true;
  }

  /** Ends the connection: what waits goes out first (without bulk for a slow consumer), then op 25, then the line. */
  close(name: CloseName, reason?: string): void {
    if (this.isClosed) return;
    // What came for its rooms before counts as waiting for it, though its turn has not come.
    for (const room of this.rooms) room.fanOut?.settleFor(this);
    this.#end();
    const notice = encodeCloseNotice(name, reason);
    this.outbox.finish(this.transport.isMessageFramed ? buildWsFrame(notice) : notice, name !== 'slowConsumer');
    this.transport.close(CLOSE_CODES[name].code, clipCloseReason(reason ?? CLOSE_CODES[name].sentence));
    this.#events.onClosed(this, name);
  }

  onBytes(bytes: Uint8Array): void {
    if (this.isClosed) return;
    try {
      const decoder = this.#decoder;
      const outcome = decoder === null ? decodeFrames(bytes, CLIENT_FRAME_LIMITS) : decoder.feed(bytes);
      for (const frame of outcome.frames) {
        this.#events.onFrame(this, frame);
        // onFrame may have closed it, which the type of a field that was narrowed above does not show.
        if (this.isClosed as boolean) return;
      }
      if (!outcome.ok) this.close(outcome.error.name);
    } catch (caught) {
      this.crash(caught);
    }
  }

  /** Something threw while it worked for this connection: end it, tell why, leave all others alone. */
  crash(caught: unknown): void {
    this.#events.onCrash(this, caught);
    this.close('internal');
  }

  onFault(name: CloseName): void {
    this.close(name);
  }

  onDrain(): void {
    if (!this.isClosed) this.outbox.onDrain();
  }

  onGone(): void {
    if (!this.isClosed) {
      this.#end();
      this.#events.onClosed(this, null);
    }
    this.#events.onGone(this);
  }

  #end(): void {
    this.state = 'closed';
    this.isClosed = true;
    this.deferred = null;
  }
}

export interface ConnectionOptions {
  readonly connectionId: ConnectionId;
  readonly transport: Transport;
  readonly events: ConnectionEvents;
  readonly marks: OutboxMarks;
  /** Wall clock. */
  readonly connectedAtMs: number;
  /** Monotonic clock: authenticated by then, or closed. */
  readonly deadlineMs: number;
}
