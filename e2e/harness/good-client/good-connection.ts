import { AUTH_DEADLINE_MS, encodeClientFrame, HEARTBEAT_TIMEOUT_FACTOR } from '@longwire/wire';
import type { Frame, NodeHint, Protover, ReceivedRoomReply, ServerFrame } from '@longwire/wire';
import { ClientLine } from './client-line.ts';
import type { LossyNetwork } from './client-line.ts';
import type { SharedDecoder } from './shared-decoder.ts';

export type ReplyFrame = ReceivedRoomReply | Extract<ServerFrame, { readonly kind: 'resumeReply' }>;

export interface GoodConnectionOptions {
  readonly node: NodeHint;
  readonly over: 'ws' | 'tcp';
  readonly protover: Protover;
  readonly token: string;
  readonly heartbeatMs: number;
  readonly network: LossyNetwork;
  readonly decoder: SharedDecoder;
  readonly random: () => number;
  readonly onEntered: (connection: GoodConnection) => void;
  /** Whatever is not the answer to a request. */
  readonly onFrame: (frame: ServerFrame, connection: GoodConnection) => void;
  /** Once, whether it was ever open or not; `upForMs` is 0 for one that never got in. */
  readonly onEnd: (connection: GoodConnection, code: number, upForMs: number) => void;
}

const REPLY_WITHIN_MS = 5000;
const MAX_ASKS = 3;

interface Request {
  readonly make: (seq: number) => Uint8Array;
  readonly onReply: (reply: ReplyFrame) => void;
  readonly asks: number;
  readonly timer: NodeJS.Timeout;
}

/** One connection of a good client: auth, heartbeats, and requests that are asked again when their reply is lost. */
export class GoodConnection {
  readonly nodeId: string;
  readonly #options: GoodConnectionOptions;
  readonly #line: ClientLine;
  readonly #requests = new Map<number, Request>();
  #seq = 1;
  #timer: NodeJS.Timeout | undefined;
  #enteredAtMs: number | undefined;
  #heardAtMs = 0;
  #noticedCode: number | undefined;
  #hasEnded = false;

  constructor(options: GoodConnectionOptions) {
    this.#options = options;
    this.nodeId = options.node.nodeId;
    const { node, over, network } = options;
    this.#line = new ClientLine({
      node,
      over,
      network,
      timeoutMs: REPLY_WITHIN_MS,
      onFrame: (frame) => this.#onFrame(frame),
      onEnd: (code) => this.#end(code),
    });
  }

  async open(): Promise<void> {
    if (!(await this.#line.open())) {
      this.#end(1006);
      return;
    }
    if (this.#hasEnded) return;
    const { token, protover } = this.#options;
    this.#line.send(encodeClientFrame({ kind: 'auth', seq: 1, token, protover, platform: 'test' }));
    this.#timer = setTimeout(() => this.cut(), AUTH_DEADLINE_MS);
  }

  /** Sends a request until its reply is there; a line on which none comes is dead, and cut. */
  ask(make: (seq: number) => Uint8Array, onReply: (reply: ReplyFrame) => void, asks = 1): void {
    if (this.#hasEnded) return;
    this.#seq += 1;
    const seq = this.#seq;
    const timer = setTimeout(() => {
      this.#requests.delete(seq);
      if (asks === MAX_ASKS) this.cut();
      else this.ask(make, onReply, asks + 1);
    }, REPLY_WITHIN_MS);
    this.#requests.set(seq, { make, onReply, asks, timer });
    this.#line.send(make(seq));
  }

  ack(messageIds: readonly string[]): void {
    this.#line.send(encodeClientFrame({ kind: 'ack', seq: 0, messageIds }));
  }

  cut(): void {
    this.#line.cut();
    this.#end(1006);
  }

  close(): void {
    this.#line.close();
    this.#end(1000);
  }

  pause(): void {
    this.#line.pause();
  }

  resume(): void {
    this.#line.resume();
  }

  #onFrame(frame: Frame): void {
    for (const read of this.#options.decoder.read(frame)) {
      if (this.#hasEnded) return;
      this.#onServerFrame(read);
    }
  }

  #onServerFrame(frame: ServerFrame): void {
    switch (frame.kind) {
      case 'authReply':
        if (frame.code === 0 && this.#enteredAtMs === undefined) this.#enter();
        return;
      case 'heartbeatReply':
        this.#heardAtMs = performance.now();
        return;
      case 'closeNotice':
        this.#noticedCode = frame.code;
        return;
      case 'joinReply':
      case 'resumeReply': {
        const request = this.#requests.get(frame.seq);
        if (request === undefined) return;
        clearTimeout(request.timer);
        this.#requests.delete(frame.seq);
        request.onReply(frame);
        return;
      }
      default:
        this.#options.onFrame(frame, this);
    }
  }

  #enter(): void {
    const { heartbeatMs, random, onEntered } = this.#options;
    this.#enteredAtMs = performance.now();
    this.#heardAtMs = this.#enteredAtMs;
    clearTimeout(this.#timer);
    this.#line.send(encodeClientFrame({ kind: 'heartbeat', seq: 0 }));
    this.#timer = setTimeout(() => this.#beat(), heartbeatMs * random());
    onEntered(this);
  }

  #beat(): void {
    const { heartbeatMs } = this.#options;
    if (performance.now() - this.#heardAtMs > HEARTBEAT_TIMEOUT_FACTOR * heartbeatMs) {
      this.cut();
      return;
    }
    this.#line.send(encodeClientFrame({ kind: 'heartbeat', seq: 0 }));
    this.#timer = setTimeout(() => this.#beat(), heartbeatMs);
  }

  #end(code: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    for (const { timer } of this.#requests.values()) clearTimeout(timer);
    this.#requests.clear();
    const upForMs = this.#enteredAtMs === undefined ? 0 : performance.now() - this.#enteredAtMs;
    this.#options.onEnd(this, this.#noticedCode ?? code, upForMs);
  }
}
