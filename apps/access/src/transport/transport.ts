import type { CloseName } from '@longwire/wire';

/** How a client is reached; the metrics label and the key of what differs by transport. */
export const TRANSPORT_KINDS = ['ws', 'wss', 'tcp', 'tls'] as const;
export type TransportKind = (typeof TRANSPORT_KINDS)[number];

/** What a transport tells its connection. Calls come in order, none after `onGone`. */
export interface TransportHandler {
  /** One whole WebSocket message, or any run of bytes of a stream. The bytes are only lent for the call. */
  onBytes(bytes: Uint8Array): void;
  /** The client broke a rule of the transport itself, such as a text message. */
  onFault(name: CloseName): void;
  /** All that was written has left the process; after a `write` that returned false. */
  onDrain(): void;
  /** The line is gone, whoever ended it. Called once. */
  onGone(): void;
}

/** One live line to one client: as little as WebSocket and TCP have in common. Never throws. */
export interface Transport {
  readonly kind: TransportKind;
  /** True when bytes travel in messages of their own (WebSocket), false for a stream. */
  readonly isMessageFramed: boolean;
  readonly remoteAddress: string;
  /** Bytes handed over that the operating system has not taken yet. */
  readonly bufferedBytes: number;
  /**
   * Takes bytes that are ready for the line (for WebSocket: whole, framed messages), without copying: they must not
   * change any more. False asks the caller to wait for `onDrain`; the bytes are taken all the same.
   */
  write(bytes: Uint8Array): boolean;
  /** Ends the line after all that was written. WebSocket says code and reason in its close frame. */
  close(code: number, reason: string): void;
  /** Ends the line now, whatever is unsent. */
  destroy(): void;
  /** Sets who is told; once, before any event can come. */
  attach(handler: TransportHandler): void;
}

/** Takes a line that was just opened. Must attach a handler before it returns. */
export type AcceptTransport = (transport: Transport) => void;
