import { brotliDecompressSync, inflateSync } from 'node:zlib';
import { eventually } from '@longwire/testkit';
import {
  DictionaryShelf,
  encodeClientFrame,
  FrameDecoder,
  OPERATION,
  parseServerFrame,
  SERVER_FRAME_LIMITS,
  unpack,
} from '@longwire/wire';
import type { Frame, Protover, ReceivedMessage, ServerFrame } from '@longwire/wire';
import { openLine } from './line.ts';
import type { Line, LineAddress } from './line.ts';

export interface ViewerOptions {
  readonly address: LineAddress;
  readonly token: string;
  readonly protover?: Protover;
  readonly roomId?: string;
  readonly userId?: string;
  /** Default true: every express message that wants it is acked at once. */
  readonly acks?: boolean;
}

const decompressors = {
  inflate: (bytes: Uint8Array, maxBytes: number) => inflateSync(bytes, { maxOutputLength: maxBytes }),
  brotli: (bytes: Uint8Array, maxBytes: number) => brotliDecompressSync(bytes, { maxOutputLength: maxBytes }),
};

/** A client for tests: speaks the wire protocol, remembers all it was sent, answers what a good client answers. */
export class Viewer {
  readonly messages: ReceivedMessage[] = [];
  readonly frames: ServerFrame[] = [];
  /** Frames with op 5 on the wire: a compressed batch counts once. */
  messageFrames = 0;
  closeCode: number | undefined;
  isClosed = false;
  /** Of these, how many of each `ver`. */
  readonly vers = new Map<number, number>();
  dictionaries = 0;
  readonly #decoder = new FrameDecoder(SERVER_FRAME_LIMITS);
  readonly #shelf = new DictionaryShelf();
  readonly #acks: boolean;
  #line: Line | undefined;
  #seq = 0;

  private constructor(options: ViewerOptions) {
    this.#acks = options.acks ?? true;
  }

  /** Connects and sends auth; resolves with the viewer once the auth reply is there, whatever it says. */
  static async open(options: ViewerOptions): Promise<Viewer> {
    const viewer = await Viewer.connect(options);
    const { token, protover = 0, roomId, userId } = options;
    const optional = { ...(roomId === undefined ? {} : { roomId }), ...(userId === undefined ? {} : { userId }) };
    viewer.send(
      encodeClientFrame({ kind: 'auth', seq: viewer.nextSeq(), token, protover, platform: 'test', ...optional }),
    );
    await viewer.until((frame) => frame.kind === 'authReply');
    return viewer;
  }

  /** Connects and says nothing. */
  static async connect(options: ViewerOptions): Promise<Viewer> {
    const viewer = new Viewer(options);
    viewer.#line = await openLine(options.address, {
      onBytes: (bytes) => viewer.#onBytes(bytes),
      onClose: (code) => {
        viewer.closeCode = code;
        viewer.isClosed = true;
      },
    });
    return viewer;
  }

  get line(): Line {
    if (this.#line === undefined) throw new Error('the viewer is not connected');
    return this.#line;
  }

  nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  send(bytes: Uint8Array): void {
    this.line.send(bytes);
  }

  /** The payloads received with this `cmd`, in order. */
  received(cmd: string): readonly ReceivedMessage['payload'][] {
    return this.messages.filter((message) => message.cmd === cmd).map((message) => message.payload);
  }

  /** Waits for a frame that matches, among those received already and those to come. */
  until<Kind extends ServerFrame['kind']>(
    matches: (frame: ServerFrame) => boolean,
  ): Promise<Extract<ServerFrame, { kind: Kind }>> {
    return eventually(() => {
      const found = this.frames.find(matches);
      if (found === undefined) throw new Error(`no such frame yet; closed: ${this.isClosed}, code ${this.closeCode}`);
      return found as Extract<ServerFrame, { kind: Kind }>;
    });
  }

  /** Sends a request and waits for the reply that repeats its seq. */
  async request(make: (seq: number) => Uint8Array): Promise<ServerFrame> {
    const seq = this.nextSeq();
    this.send(make(seq));
    return this.until((frame) => 'seq' in frame && frame.seq === seq);
  }

  /** Waits until so many messages with this `cmd` are there, copies included. */
  async untilReceived(cmd: string, count = 1): Promise<readonly ReceivedMessage['payload'][]> {
    return eventually(() => {
      const found = this.received(cmd);
      if (found.length < count) throw new Error(`${found.length} of ${count} ${cmd} so far`);
      return found;
    });
  }

  close(): void {
    this.#line?.close();
  }

  #onBytes(bytes: Uint8Array): void {
    const outcome = this.#decoder.feed(bytes);
    for (const frame of outcome.frames) this.#onFrame(frame);
    if (!outcome.ok) throw new Error(`the server sent bytes that are no frame: ${outcome.error.detail}`);
  }

  #onFrame(frame: Frame): void {
    if (frame.op === OPERATION.message) {
      this.messageFrames += 1;
      this.vers.set(frame.ver, (this.vers.get(frame.ver) ?? 0) + 1);
    }
    if (frame.op === OPERATION.dictionary) this.dictionaries += 1;
    const unpacked = unpack(frame, decompressors, this.#shelf);
    if (!unpacked.ok) throw new Error(`the server sent a batch that cannot be read: ${unpacked.error.detail}`);
    for (const inner of unpacked.frames) this.#onPlainFrame(inner);
  }

  #onPlainFrame(frame: Frame): void {
    const parsed = parseServerFrame(frame);
    if (!parsed.ok) throw new Error(`the server sent op ${frame.op} that cannot be read: ${parsed.error.detail}`);
    this.frames.push(parsed.frame);
    if (parsed.frame.kind !== 'message') return;
    this.messages.push(parsed.frame);
    const { lw } = parsed.frame;
    if (this.#acks && lw !== null && 'ack' in lw && lw.ack) {
      this.send(encodeClientFrame({ kind: 'ack', seq: this.nextSeq(), messageIds: [lw.id] }));
    }
  }
}
