import type { NodeHint } from '@longwire/wire';
import type { Frames } from '../codec/frames.ts';

/** How a line ended: a WebSocket close code, or 1006 where nothing was said. */
export interface LineEnd {
  readonly code: number;
  readonly reason: string;
}

export interface LineEvents {
  /** Bytes can be sent. */
  readonly onOpen: () => void;
  /** What the next bytes held. Bodies may be views into them, and the bytes are not used again. */
  readonly onFrames: (frames: Frames) => void;
  /** Once, also when it never opened; nothing comes after it. */
  readonly onClose: (end: LineEnd) => void;
}

/** The bytes of one connection. */
export interface Line {
  /** Sends whole frames; what is sent before it is open or after its end is dropped. */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** Ends it, also while it opens, with a code from 3000 to 3999; `onClose` may come later or never. */
  close(end: LineEnd): void;
}

/** A way to reach a node. */
export interface Transport {
  /** Its address there; `""` when the node has none. */
  readonly addressOf: (node: NodeHint) => string;
  /** Begins to open a line. Throws where the address is none; all else is told by the events. */
  readonly open: (address: string, events: LineEvents) => Line;
}
