export type DialectName = 'longwire-ws' | 'longwire-tcp' | 'socket-io' | 'nats' | 'plain';

/** What a dialect sees of one connection. */
export interface DialectConnection {
  /** Which of its audience. */
  readonly index: number;
  readonly isReady: boolean;
  /** Messages can come from now on. */
  ready(): void;
  send(payload: Uint8Array): void;
  /** Closes it, and says why. */
  fail(why: string): void;
}

/** How one kind of server is spoken to. One object serves all connections of an audience. */
export interface Dialect {
  /** Of the WebSocket; undefined speaks over plain TCP. */
  readonly path: string | undefined;
  /** Whether its WebSocket messages are text. */
  readonly isText: boolean;
  /** The line is up: say who we are. */
  onOpen(connection: DialectConnection): void;
  /** One WebSocket message, `wireBytes` with its framing. The bytes are only lent. */
  onMessage(connection: DialectConnection, payload: Buffer, wireBytes: number): void;
  /** Bytes of a TCP stream from `start` on; returns where the first unfinished frame begins. */
  onStream(connection: DialectConnection, bytes: Buffer, start: number): number;
  /** What keeps a silent connection alive, when the client has to say something. */
  readonly heartbeat: { readonly everyMs: number; readonly send: (connection: DialectConnection) => void } | undefined;
}

/** What one distinct run of bytes says; worked out once, however many connections get the same bytes. */
export interface FrameContent {
  /** The `n` of each message inside. */
  readonly numbers: readonly number[];
  /** Messages that want an ack. */
  readonly ackIds: readonly string[];
}

/** Where a dialect hands in what it received. */
export interface FrameSink {
  record(bytes: Buffer, wireBytes: number): FrameContent;
}

/** A dialect over WebSocket alone never sees a stream. */
export function noStream(): never {
  throw new Error('this dialect speaks WebSocket');
}
