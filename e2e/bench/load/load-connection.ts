import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Dialect } from './dialect.ts';
import { clientWsFrame, readWsFrame, upgradeRequest, WS_BINARY, WS_CLOSE, WS_PING, WS_PONG } from './ws-frames.ts';
import type { FrameSpan } from './ws-frames.ts';

export interface LoadConnectionOptions {
  readonly dialect: Dialect;
  readonly host: string;
  readonly port: number;
  /** Own address; undefined leaves it to the system. */
  readonly localAddress: string | undefined;
  /** Which of its audience. */
  readonly index: number;
  readonly onReady: () => void;
  readonly onClosed: (wasReady: boolean, why: string) => void;
}

/** All sockets read into this: what is in it is used up before the next read, and 20,000 buffers of their own are saved. */
const SHARED_READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);
const SPAN: FrameSpan = { opcode: 0, start: 0, end: 0 };
const MAX_PENDING_BYTES = 8 << 20;

/** One connection of a load generator, as cheap as Node can make it: no stream machinery, no buffer of its own. */
export class LoadConnection {
  readonly index: number;
  readonly #options: LoadConnectionOptions;
  readonly #socket: Socket;
  #phase: 'upgrade' | 'open' | 'closed';
  #isReady = false;
  #why = 'closed by the server';
  #pending: Buffer | null = null;

  constructor(options: LoadConnectionOptions) {
    this.#options = options;
    this.index = options.index;
    const { dialect, host, port, localAddress } = options;
    this.#phase = dialect.path === undefined ? 'open' : 'upgrade';
    this.#socket = connect({
      host,
      port,
      ...(localAddress === undefined ? {} : { localAddress }),
      noDelay: true,
      onread: { buffer: SHARED_READ_BUFFER, callback: (count, buffer) => this.#onRead(count, buffer as Buffer) },
    });
    this.#socket.once('connect', () => {
      if (dialect.path === undefined) dialect.onOpen(this);
      else this.#socket.write(upgradeRequest(`${host}:${port}`, dialect.path));
    });
    this.#socket.once('error', (error: NodeJS.ErrnoException) => {
      // The message names ports, and so is another one each time.
      this.#why = error.code ?? error.message;
    });
    this.#socket.once('close', () => this.#onClose());
  }

  get isReady(): boolean {
    return this.#isReady && this.#phase === 'open';
  }

  /** The dialect says that messages can come from now on. */
  ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#options.onReady();
  }

  send(payload: Uint8Array): void {
    const { path, isText } = this.#options.dialect;
    if (path === undefined) this.#socket.write(payload);
    else this.#socket.write(clientWsFrame(payload, isText ? 1 : WS_BINARY));
  }

  fail(why: string): void {
    this.#why = why;
    this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  #onRead(count: number, buffer: Buffer): boolean {
    let bytes = buffer.subarray(0, count);
    if (this.#pending !== null) {
      bytes = Buffer.concat([this.#pending, bytes]);
      this.#pending = null;
    }
    const used = this.#phase === 'upgrade' ? this.#readUpgrade(bytes) : this.#readFrames(bytes, 0);
    if (used < bytes.length) this.#keep(bytes.subarray(used));
    return true;
  }

  #keep(rest: Buffer): void {
    if (rest.length > MAX_PENDING_BYTES) this.fail(`${rest.length} bytes that are no whole frame`);
    else this.#pending = Buffer.from(rest);
  }

  #readUpgrade(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n');
    if (end === -1) return 0;
    if (!bytes.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) {
      this.fail(bytes.subarray(0, 60).toString());
      return bytes.length;
    }
    this.#phase = 'open';
    this.#options.dialect.onOpen(this);
    return this.#readFrames(bytes, end + 4);
  }

  #readFrames(bytes: Buffer, start: number): number {
    const { dialect } = this.#options;
    if (dialect.path === undefined) return dialect.onStream(this, bytes, start);
    let offset = start;
    while (readWsFrame(bytes, offset, SPAN)) {
      const { opcode, start: from, end } = SPAN;
      const payload = bytes.subarray(from, end);
      if (opcode <= WS_BINARY) dialect.onMessage(this, payload, end - offset);
      else if (opcode === WS_PING) this.#socket.write(clientWsFrame(payload, WS_PONG));
      else if (opcode === WS_CLOSE) this.fail(`close ${payload.length >= 2 ? payload.readUInt16BE(0) : ''}`);
      offset = end;
    }
    return offset;
  }

  #onClose(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#options.onClosed(this.#isReady, this.#why);
  }
}
