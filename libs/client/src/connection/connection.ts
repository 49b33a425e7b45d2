import type { Timer } from '@longwire/domain';
import type { NodeHint } from '@longwire/wire';
import type { ClientClock } from '../clock.ts';
import { numberOf, textOf, writeFrame } from '../codec/frames.ts';
import type { Fields, Frame } from '../codec/frames.ts';
import { ACK, AUTH, CLOSE_NOTICE, HEARTBEAT, HEARTBEAT_REPLY, MESSAGE, RECONNECT_HINT } from '../codec/operations.ts';
import { protoverOf } from '../decode/decoders.ts';
import type { Decoders } from '../decode/decoders.ts';
import { Receiver } from '../decode/receiver.ts';
import { noteRtt } from '../link-stats.ts';
import type { LinkQuality } from '../link-stats.ts';
import type { Ticket } from '../ticket.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Line, LineEnd, Transport } from './transport.ts';

/** How a connection ended. */
export interface ConnectionEnd extends LineEnd {
  /** Its compressed frames could not be read: another protover may do better. */
  readonly isCompression?: boolean;
}

export interface ConnectionOptions {
  readonly transport: Transport;
  readonly node: NodeHint;
  readonly ticket: Ticket;
  readonly decoders: Decoders;
  readonly platform: string;
  readonly clock: ClientClock;
  readonly random: () => number;
  readonly stats: LinkQuality;
  readonly events: ConnectionEvents;
}

export interface ConnectionEvents {
  readonly onMessage: (payload: Fields, sizeBytes: number) => void;
  /** Of the room joined first. */
  readonly onOnline: (online: number) => void;
  /** Op 24. */
  readonly onHint: (hint: Fields) => void;
  /** The body of a frame with this op made no sense and was skipped. */
  readonly onBadBody: (op: number) => void;
  /** Messages were dropped before they were read: positions in rooms no longer tell what was missed. */
  readonly onDropped: () => void;
}

/** A reply's `code` and its other fields; null when the connection ended first. */
export type OnReply = (code: number, fields: Fields | null) => void;

const AUTH_MS = 8_000;
/** Our own close code, from the range that applications may use. */
const OWN_CODE = 3_000;
/** Of a reply that says none. */
const NO_CODE = -1;

/** One connection to one node, from the first byte to the end. */
export class Connection {
  readonly node: NodeHint;
  readonly #opened = Promise.withResolvers<boolean>();
  readonly #ended = Promise.withResolvers<ConnectionEnd>();
  /** True once bytes can be sent; false when that never happened. */
  readonly opened = this.#opened.promise;
  /** Resolves once, with how it ended. */
  readonly ended = this.#ended.promise;
  readonly #options: ConnectionOptions;
  readonly #receiver: Receiver;
  readonly #heartbeat: Heartbeat;
  readonly #pending = new Map<number, OnReply>();
  #line: Line | undefined;
  #isLive = false;
  #isEnded = false;
  #timer: Timer | undefined;
  #notice: LineEnd | undefined;
  #seq = 0;

  constructor(options: ConnectionOptions) {
    const { transport, node, ticket, decoders, clock, random, stats, events } = options;
    this.#options = options;
    this.node = node;
    this.#receiver = new Receiver({
      ...events,
      decoders,
      onFrame: (frame, fields) => this.#take(frame, fields),
      onFault: (isCompression) => this.#close({ code: OWN_CODE, reason: 'unreadable', isCompression }),
    });
    this.#heartbeat = new Heartbeat({
      clock,
      random,
      intervalMs: ticket.heartbeatMs,
      send: () => this.#write(HEARTBEAT),
      onRtt: (rttMs) => noteRtt(stats, rttMs),
      onDead: () => this.close('dead'),
    });
    try {
      this.#line = transport.open(transport.addressOf(node), {
        onOpen: () => this.#opened.resolve(!this.#isEnded),
        onFrames: (frames) => {
          this.#heartbeat.heard();
          if (!this.#isEnded) this.#receiver.take(frames);
        },
        // 1005 and 1006 say nothing: the notice before them knows better.
        onClose: ({ code, reason }) =>
          this.#finish((code === 1005 || code === 1006 ? this.#notice : undefined) ?? { code, reason }),
      });
    } catch (error) {
      // A server may name an address that is none: the next node is tried.
      this.#finish({ code: OWN_CODE, reason: String(error) });
    }
  }

  get isLive(): boolean {
    return this.#isLive && !this.#isEnded;
  }

  /** Sends op 7; resolves true when it was accepted, false when the connection ended instead. */
  authenticate(roomId: string | undefined): Promise<boolean> {
    const { ticket, platform, clock, decoders } = this.#options;
    this.#timer = clock.after(AUTH_MS, () => this.close('no answer'));
    const auth = { key: ticket.token, protover: protoverOf(decoders), platform, roomid: roomId };
    const { promise, resolve } = Promise.withResolvers<boolean>();
    void this.ended.then(() => resolve(false));
    this.request(AUTH, auth, (code, fields) => {
      // A refusal is followed by a close, whose code says whether to come back.
      if (fields === null || code !== 0) return;
      this.#timer?.cancel();
      this.#isLive = true;
      this.#heartbeat.start();
      resolve(true);
    });
    return promise;
  }

  /** Sends a request; `onReply` is called in the turn its reply is read, or with null when the connection ends first. */
  request(op: number, value: object, onReply?: OnReply): void {
    if (this.#isEnded) return onReply?.(0, null);
    if (onReply !== undefined) this.#pending.set(this.#seq + 1, onReply);
    this.#write(op, value);
  }

  /** Says that these express messages are taken; false when they could not be sent. */
  ack(ids: readonly string[]): boolean {
    if (this.isLive) this.#write(ACK, { ids });
    return this.isLive;
  }

  /** Finds out soon whether the line still lives. */
  doubt(): void {
    if (this.isLive) this.#heartbeat.doubt();
  }

  /** Ends it from our side; a dead line is not waited for. */
  close(reason: string): void {
    this.#close({ code: OWN_CODE, reason });
  }

  #write(op: number, value?: object): void {
    this.#seq += 1;
    this.#line?.send(writeFrame(op, this.#seq, value));
  }

  #close(end: ConnectionEnd): void {
    this.#line?.close(end);
    this.#finish(end);
  }

  #finish(end: ConnectionEnd): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#timer?.cancel();
    this.#heartbeat.stop();
    for (const onReply of this.#pending.values()) onReply(0, null);
    this.#pending.clear();
    this.#opened.resolve(false);
    this.#ended.resolve(end);
  }

  /** Also after the end: what was received then and decompressed later counts. */
  #take({ op, seq, body }: Frame, fields: Fields): void {
    const { events } = this.#options;
    if (op === MESSAGE) events.onMessage(fields, body.length);
    else if (op === HEARTBEAT_REPLY) {
      this.#heartbeat.replied();
      events.onOnline(new DataView(body.buffer, body.byteOffset).getUint32(0));
    } else if (op === RECONNECT_HINT) events.onHint(fields);
    else if (op === CLOSE_NOTICE) this.#notice = { code: numberOf(fields['code']), reason: textOf(fields['reason']) };
    else {
      const onReply = this.#pending.get(seq);
      this.#pending.delete(seq);
      const { code } = fields;
      onReply?.(typeof code === 'number' ? code : NO_CODE, fields);
    }
  }
}
