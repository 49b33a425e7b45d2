import { decodeFrames, CLIENT_FRAME_LIMITS, parseClientFrame, SERVER_FRAME_LIMITS } from '@longwire/wire';
import type { ClientFrame } from '@longwire/wire';
import type { Line, LineEnd, LineEvents } from '../src/connection/transport.ts';

/** One connection as the server of a test sees it. */
export class FakeLine implements Line {
  readonly nodeId: string;
  /** What the client sent, in order. */
  readonly sent: ClientFrame[] = [];
  readonly rooms = new Set<string>();
  isClosed = false;
  /** How the client closed it. */
  closedByClient: LineEnd | undefined;
  /** Half-open: nothing arrives any more on either side, and no one is told. */
  isDead = false;
  readonly #events: LineEvents;
  readonly #onFrame: (line: FakeLine, frame: ClientFrame) => void;

  constructor(nodeId: string, events: LineEvents, onFrame: (line: FakeLine, frame: ClientFrame) => void) {
    this.nodeId = nodeId;
    this.#events = events;
    this.#onFrame = onFrame;
  }

  open(): void {
    if (!this.isClosed) this.#events.onOpen();
  }

  send(bytes: Uint8Array): void {
    if (this.isClosed || this.isDead) return;
    const outcome = decodeFrames(bytes, CLIENT_FRAME_LIMITS);
    if (!outcome.ok) throw new Error(`the client sent what is no frame: ${outcome.error.detail}`);
    for (const frame of outcome.frames) {
      const parsed = parseClientFrame(frame);
      if (!parsed.ok) throw new Error('the client sent what the server refuses');
      this.sent.push(parsed.frame);
      this.#onFrame(this, parsed.frame);
    }
  }

  close(end: LineEnd): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.closedByClient = end;
    queueMicrotask(() => this.#events.onClose({ code: end.code, reason: end.reason }));
  }

  /** The server sends bytes. */
  receive(bytes: Uint8Array): void {
    if (!this.isClosed && !this.isDead) this.#events.onFrames(decodeFrames(bytes, SERVER_FRAME_LIMITS));
  }

  /** The server, or the network, ends it. */
  end(code = 1006, reason = ''): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#events.onClose({ code, reason });
  }

  kinds(): readonly string[] {
    return this.sent.map(({ kind }) => kind);
  }
}
