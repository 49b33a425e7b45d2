import type { FrameContent } from './ledger.ts';
import type { LoadConnection } from './load-connection.ts';

/** How one kind of server is spoken to. One object serves all connections of an audience. */
export interface Dialect {
  /** Of the WebSocket; undefined speaks over plain TCP. */
  readonly path: string | undefined;
  /** Whether its WebSocket messages are text. */
  readonly isText: boolean;
  /** The line is up: say who we are. */
  onOpen(connection: LoadConnection): void;
  /** One WebSocket message, `wireBytes` with its framing. The bytes are only lent. */
  onMessage(connection: LoadConnection, payload: Buffer, wireBytes: number): void;
  /** Bytes of a TCP stream from `start` on; returns where the first unfinished frame begins. */
  onStream(connection: LoadConnection, bytes: Buffer, start: number): number;
  /** What keeps a silent connection alive, when the client has to say something. */
  readonly heartbeat: { readonly everyMs: number; readonly send: (connection: LoadConnection) => void } | undefined;
}

/** Where a dialect hands in what it received. */
export interface FrameSink {
  record(bytes: Buffer, wireBytes: number): FrameContent;
}

/** A dialect over WebSocket alone never sees a stream. */
export function noStream(): never {
  throw new Error('this dialect speaks WebSocket');
}
