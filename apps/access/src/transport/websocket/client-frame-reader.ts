import { readHeader } from './frame-header.ts';
import type { FrameHeader, Violation } from './frame-header.ts';
import { OPCODE } from './frame-header.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** What a reader finds, in order. Bytes are lent for the call. The sink may call {@link ClientFrameReader.stop}. */
export interface FrameSink {
  /** One whole binary message, its fragments joined. */
  onMessage(payload: Uint8Array): void;
  onPing(payload: Uint8Array): void;
  /** The close frame of the client; nothing is read behind it. */
  onCloseFrame(payload: Uint8Array): void;
  /** The client broke the protocol, or a rule of ours; nothing is read any more. */
  onViolation(violation: Violation): void;
}

/**
 * Reads what one client sends over a WebSocket (RFC 6455, 5): masked frames, fragmented messages with control frames in
 * between, cut anywhere. What is wrong is said at the header, before the payload has come. Holds at most one message of
 * `maxMessageBytes`, and nothing between messages.
 */
export class ClientFrameReader {
  readonly #maxMessageBytes: number;
  /** The beginning of a frame that has not come whole. */
  #rest: GrowingBytes | null = null;
  /** The fragments of a message so far. */
  #message: GrowingBytes | null = null;
  #isStopped = false;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Reads nothing any more: what still comes is dropped. */
  stop(): void {
    this.#isStopped = true;
    this.#rest = null;
    this.#message = null;
  }

  /** Takes the next bytes of the stream, which it changes (unmasks) and does not keep. */
  feed(chunk: Buffer, sink: FrameSink): void {
    if (this.#isStopped) return;
    const bytes = this.#rest === null ? chunk : this.#rest.add(chunk);
    let offset = 0;
    while (offset < bytes.length) {
      const end = this.#readFrame(bytes, offset, sink);
      if (this.#isStopped) return;
      if (end === offset) break;
      offset = end;
    }
    this.#keep(bytes, offset);
  }

  #keep(bytes: Buffer, offset: number): void {
    if (offset === bytes.length) this.#rest = null;
    else if (offset > 0 || this.#rest === null) this.#rest = new GrowingBytes(bytes.subarray(offset));
  }

  /** Returns where the frame ends, or `offset` when it is not all there. */
  #readFrame(bytes: Buffer, offset: number, sink: FrameSink): number {
    const header = readHeader(bytes, offset);
    if (header === null) return offset;
    const violation = typeof header === 'string' ? header : this.#violationOf(header);
    if (violation !== null || typeof header === 'string') {
      this.stop();
      sink.onViolation(violation ?? 'protocol');
      return offset;
    }
    const end = header.payloadAt + header.payloadBytes;
    if (end > bytes.length) return offset;
    const payload = bytes.subarray(header.payloadAt, end);
    unmask(payload, bytes, header.payloadAt - 4);
    this.#take(header, payload, sink);
    return end;
  }

  /** What only shows in what came before. Known before a single byte of the payload has come. */
  #violationOf({ opcode, payloadBytes }: FrameHeader): Violation | null {
    if (opcode >= OPCODE.close) return null;
    if (opcode === OPCODE.text) return 'text';
    const isContinued = this.#message !== null;
    if (isContinued !== (opcode === OPCODE.continuation)) return 'protocol';
    const messageBytes = payloadBytes + (this.#message?.all.length ?? 0);
    return messageBytes > this.#maxMessageBytes ? 'tooLarge' : null;
  }

  #take({ opcode, isFinal }: FrameHeader, payload: Buffer, sink: FrameSink): void {
    if (opcode === OPCODE.ping) sink.onPing(payload);
    else if (opcode === OPCODE.close) this.#end(payload, sink);
    else if (opcode !== OPCODE.pong) this.#takeData(payload, isFinal, sink);
  }

  #end(payload: Buffer, sink: FrameSink): void {
    this.stop();
    sink.onCloseFrame(payload);
  }

  #takeData(payload: Buffer, isFinal: boolean, sink: FrameSink): void {
    const begun = this.#message;
    if (!isFinal) {
      if (begun === null) this.#message = new GrowingBytes(payload);
      else begun.add(payload);
      return;
    }
    this.#message = null;
    sink.onMessage(begun === null ? payload : begun.add(payload));
  }
}

/** In place. `maskAt` is where the four bytes of the mask are. */
function unmask(payload: Buffer, bytes: Buffer, maskAt: number): void {
  const mask = [bytes[maskAt] ?? 0, bytes[maskAt + 1] ?? 0, bytes[maskAt + 2] ?? 0, bytes[maskAt + 3] ?? 0] as const;
  for (let index = 0; index < payload.length; index += 1) {
    payload[index] = (payload[index] ?? 0) ^ (mask[(index & 3) as 0 | 1 | 2 | 3] ?? 0);
  }
}
