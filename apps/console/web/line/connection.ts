import type { ClientRequest, ReceivedMessage, ServerFrame } from '@longwire/wire';
import { encodeClientFrame, MAX_CLIENT_FRAME_BYTES, REPLY_CODES } from '@longwire/wire';
import type { ConnectionEnd } from './after-close.ts';
import type { Decoders } from './decoders.ts';
import { randomId } from './random-id.ts';
import type { Arrival } from './receiver.ts';
import { Receiver } from './receiver.ts';
import type { Ticket } from './ticket.ts';

export interface ConnectionOptions {
  readonly webSocket: WebSocket;
  readonly ticket: Ticket;
  readonly roomId: string;
  readonly decoders: Decoders;
  readonly onLive: () => void;
  readonly onOnline: (online: number) => void;
  readonly onMessage: (message: ReceivedMessage) => void;
  readonly onArrival: (arrival: Arrival) => void;
}

/** `isPassing`: refused for now, and not taken, so that the same words may be sent again. */
export type SendOutcome =
  { readonly ok: true } | { readonly ok: false; readonly reason: string; readonly isPassing?: boolean };

type WithoutSeq<T> = T extends unknown ? Omit<T, 'seq'> : never;

/** The online count comes with heartbeat replies, so the page asks more often than staying connected needs. */
const HEARTBEAT_MS = 5_000;
/** A line that lets a heartbeat wait this long is dead, whatever the browser thinks of it. */
const SILENCE_MS = 8_000;
const AUTH_MS = 8_000;
const REPLY_MS = 6_000;
/** Close codes of our own side, from the range that applications may use. */
const OWN_CODE = 3_000;

/** One open WebSocket from op 7 to its end. */
export class Connection {
  /** How it ended; resolves once. */
  readonly ended: Promise<ConnectionEnd>;
  readonly #options: ConnectionOptions;
  readonly #receiver: Receiver;
  readonly #end: (end: ConnectionEnd) => void;
  readonly #pending = new Map<string, (outcome: SendOutcome) => void>();
  #timer: ReturnType<typeof setTimeout>;
  #seq = 0;
  /** When the oldest unanswered heartbeat left, on `performance.now()`. */
  #unansweredSinceMs: number | undefined;
  #isEnded = false;
  #notice: ConnectionEnd | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { webSocket, ticket, roomId, decoders } = options;
    const { promise, resolve } = Promise.withResolvers<ConnectionEnd>();
    this.ended = promise;
    this.#end = resolve;
    this.#receiver = new Receiver({
      decompressors: decoders.decompressors,
      onFrame: (frame) => this.#take(frame),
      onArrival: options.onArrival,
      onFault: (detail) => this.close(`unreadable: ${detail}`),
    });
    webSocket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) =>
      this.#receiver.take(new Uint8Array(data)),
    );
    webSocket.addEventListener('close', ({ code, reason }) => {
      const isBare = code === 1005 || code === 1006;
      this.#finish((isBare ? this.#notice : undefined) ?? { code, reason });
    });
    this.#timer = setTimeout(() => this.close('no answer to the auth frame'), AUTH_MS);
    this.#write({ kind: 'auth', token: ticket.token, roomId, protover: decoders.protover, platform: 'web' });
  }

  /** Sends one object up to the business; resolves when the server took it, refused it, or did not say in time. */
  send(data: object): Promise<SendOutcome> {
    const id = randomId();
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ ok: false, reason: 'no answer' }), REPLY_MS);
      const settle = (outcome: SendOutcome): void => {
        clearTimeout(timer);
        this.#pending.delete(id);
        resolve(outcome);
      };
      this.#pending.set(id, settle);
      if (!this.#write({ kind: 'send', id, data })) settle({ ok: false, reason: 'not connected' });
    });
  }

  /** Says that these express messages are here and need not be sent again. */
  ack(messageIds: readonly string[]): void {
    this.#write({ kind: 'ack', messageIds });
  }

  /** Ends it from our side; a dead line is not waited for. */
  close(reason: string, hintAfterMs?: number): void {
    this.#options.webSocket.close(OWN_CODE, reason.slice(0, 100));
    this.#finish({ code: OWN_CODE, reason, ...(hintAfterMs !== undefined && { hintAfterMs }) });
  }

  #write(request: WithoutSeq<ClientRequest>): boolean {
    const { webSocket } = this.#options;
    this.#seq += 1;
    const bytes = encodeClientFrame({ ...request, seq: this.#seq });
    if (webSocket.readyState !== WebSocket.OPEN || bytes.length > MAX_CLIENT_FRAME_BYTES) return false;
    webSocket.send(bytes);
    return true;
  }

  #finish(end: ConnectionEnd): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
    for (const settle of this.#pending.values()) settle({ ok: false, reason: 'the connection was lost' });
    this.#end(end);
  }

  #take(frame: ServerFrame): void {
    if (this.#isEnded) return;
    switch (frame.kind) {
      case 'authReply':
        // A refusal is followed by a close, whose code says whether to come back.
        if (frame.code === 0) this.#goLive();
        return;
      case 'heartbeatReply':
        this.#unansweredSinceMs = undefined;
        this.#options.onOnline(frame.online);
        return;
      case 'message':
        this.#options.onMessage(frame);
        return;
      case 'sendReply':
        this.#pending.get(frame.id)?.(outcomeOf(frame.code, frame.reason));
        return;
      case 'reconnectHint':
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.close(`moving: ${frame.reason}`, 0), frame.afterMs);
        return;
      case 'closeNotice':
        this.#notice = { code: frame.code, reason: frame.reason };
        return;
      default:
    }
  }

  #goLive(): void {
    this.#options.onLive();
    this.#beat();
  }

  #beat(): void {
    const nowMs = performance.now();
    this.#unansweredSinceMs ??= nowMs;
    if (nowMs - this.#unansweredSinceMs > SILENCE_MS) return this.close('no heartbeat reply');
    this.#write({ kind: 'heartbeat' });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#beat(), Math.min(HEARTBEAT_MS, this.#options.ticket.heartbeatMs));
  }
}

function outcomeOf(code: number, reason: string): SendOutcome {
  if (code === REPLY_CODES.ok.code) return { ok: true };
  return { ok: false, reason: reason || `refused (${code})`, isPassing: code === REPLY_CODES.unavailable.code };
}
