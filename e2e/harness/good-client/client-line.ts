import { FrameDecoder, SERVER_FRAME_LIMITS } from '@longwire/wire';
import type { Frame, NodeHint } from '@longwire/wire';
import { openLine } from '../line.ts';
import type { Line } from '../line.ts';

/** A network between a client and its node that loses frames, each way and each frame by itself. */
export interface LossyNetwork {
  /** Share of frames that vanish; 0 loses none. */
  readonly lossRatio: number;
  readonly random: () => number;
}

export interface ClientLineOptions {
  readonly node: NodeHint;
  readonly over: 'ws' | 'tcp';
  readonly network: LossyNetwork;
  readonly timeoutMs: number;
  readonly onFrame: (frame: Frame) => void;
  /** Once, whoever ended it; 1006 without a WebSocket code. */
  readonly onEnd: (code: number) => void;
}

/** One connection of a client: frames over a line that may lose some. */
export class ClientLine {
  readonly #options: ClientLineOptions;
  readonly #decoder = new FrameDecoder(SERVER_FRAME_LIMITS);
  #line: Line | undefined;
  #hasEnded = false;

  constructor(options: ClientLineOptions) {
    this.#options = options;
  }

  /** Opens it; false (and no `onEnd`) when that fails or takes too long. */
  async open(): Promise<boolean> {
    const { node, over, timeoutMs } = this.#options;
    const opening = openLine(over === 'ws' ? { ws: node.ws } : { tcp: node.tcp }, {
      onBytes: (bytes) => this.#onBytes(bytes),
      onClose: (code) => this.#end(code ?? 1006),
    });
    const { promise: late, resolve: giveUp } = Promise.withResolvers<undefined>();
    const timer = setTimeout(giveUp, timeoutMs, undefined);
    const line = await Promise.race([opening.catch(() => undefined), late]);
    clearTimeout(timer);
    if (line === undefined) {
      this.#hasEnded = true;
      opening.then((tooLate) => tooLate.cut()).catch(() => undefined);
      return false;
    }
    if (this.#hasEnded) return false;
    this.#line = line;
    return true;
  }

  send(bytes: Uint8Array): void {
    if (this.#line !== undefined && !this.#hasEnded && !this.#isLost()) this.#line.send(bytes);
  }

  /** Without a goodbye, at once. */
  cut(): void {
    this.#line?.cut();
    this.#end(1006);
  }

  close(): void {
    this.#line?.close();
    this.#end(1000);
  }

  pause(): void {
    this.#line?.pause();
  }

  resume(): void {
    this.#line?.resume();
  }

  #onBytes(bytes: Uint8Array): void {
    if (this.#hasEnded) return;
    const outcome = this.#decoder.feed(bytes);
    for (const frame of outcome.frames) if (!this.#hasEnded && !this.#isLost()) this.#options.onFrame(frame);
    if (!outcome.ok) throw new Error(`the server sent bytes that are no frame: ${outcome.error.detail}`);
  }

  #isLost(): boolean {
    const { lossRatio, random } = this.#options.network;
    return lossRatio > 0 && random() < lossRatio;
  }

  #end(code: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#options.onEnd(code);
  }
}
