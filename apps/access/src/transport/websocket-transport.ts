import type { Socket } from 'node:net';
import { MAX_CLIENT_WS_MESSAGE_BYTES } from '@longwire/wire';
import { ownSocket } from './socket-owner.ts';
import type { SocketOwner } from './socket-owner.ts';
import type { Transport, TransportHandler, TransportKind } from './transport.ts';
import { ClientFrameReader } from './websocket/client-frame-reader.ts';
import type { FrameSink } from './websocket/client-frame-reader.ts';
import { answerToClose, buildClose, buildPong } from './websocket/control-frames.ts';
import type { Violation } from './websocket/frame-header.ts';

/** Pings are answered only while less than this is unsent: a client that pings and never reads costs no memory. */
const PONG_MARK_BYTES = 16 * 1024;
const STATUS_PROTOCOL_ERROR = 1002;

/** `closing` has sent its close frame and waits for the client's; `over` writes nothing more. */
type LineState = 'open' | 'closing' | 'over';

/**
 * The server's side of one WebSocket (RFC 6455) without extensions: frames in binary messages, written as whole messages
 * that were framed once for all members of a room. No closure and no stream of its own per connection: ADR 0009 has the
 * numbers against `ws`, guarded by the benches `connections` and `fan-out`.
 */
export class WebSocketTransport implements Transport, SocketOwner, FrameSink {
  readonly kind: TransportKind;
  readonly isMessageFramed = true;
  readonly #socket: Socket;
  readonly #reader = new ClientFrameReader(MAX_CLIENT_WS_MESSAGE_BYTES);
  #handler: TransportHandler | null = null;
  #state: LineState = 'open';

  constructor(socket: Socket, kind: 'ws' | 'wss') {
    this.#socket = socket;
    this.kind = kind;
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress ?? '';
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  /** Guarded by the benches `fan-out` and `broadcast`. */
  write(bytes: Uint8Array): boolean {
    // A client that has said goodbye is not written to; the end of its line follows.
    return this.#state === 'over' || this.#socket.write(bytes);
  }

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#socket.write(buildClose(code, reason));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  attach(handler: TransportHandler): void {
    this.#handler = handler;
    ownSocket(this.#socket, this);
  }

  onMessage(payload: Uint8Array): void {
    if (this.#state === 'open') this.#handler?.onBytes(payload);
  }

  onPing(payload: Uint8Array): void {
    if (this.#state === 'open' && this.#socket.writableLength < PONG_MARK_BYTES) this.#socket.write(buildPong(payload));
  }

  onCloseFrame(payload: Uint8Array): void {
    // When we have said goodbye first, this is the answer.
    if (this.#state === 'open') this.#end(answerToClose(payload));
    else this.#end();
  }

  onViolation(violation: Violation): void {
    if (this.#state !== 'open') this.#end();
    else if (violation === 'protocol') this.#end(buildClose(STATUS_PROTOCOL_ERROR));
    else this.#handler?.onFault(violation === 'text' ? 'notBinary' : 'frameLength');
    // The client's close frame cannot be read behind what it should not have sent: do not wait for it.
    this.#end();
  }

  onData(chunk: Buffer): void {
    this.#reader.feed(chunk, this);
  }

  onDrain(): void {
    this.#handler?.onDrain();
  }

  /** The client sends nothing more, with or without a close frame. */
  onEnd(): void {
    this.#end();
  }

  onClosed(): void {
    this.#reader.stop();
    this.#handler?.onGone();
  }

  /** Sends what waits, `last` behind it, and then the end of the stream. */
  #end(last?: Buffer): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#reader.stop();
    if (last === undefined) this.#socket.end();
    else this.#socket.end(last);
  }
}
