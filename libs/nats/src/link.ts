/** One message as it came from the server. */
export interface LinkMessage {
  readonly payload: Uint8Array;
  readonly subject: string;
  /** Where an answer is awaited; undefined when none is. */
  readonly replyTo: string | undefined;
  /** The server's own answer to a request that no subscription took. */
  readonly isNoResponders: boolean;
}

/** What a link was asked for by one `subscribe`. */
export interface LinkSubscription {
  /** Ends it; no message comes after this. */
  cancel(): void;
  /** Asks for no more; resolves when all that the server had sent has come, or the link is lost. */
  drain(): Promise<void>;
}

/**
 * One connection to a NATS server from its handshake to its loss; it never comes back. What the rest of this library
 * needs of the NATS client, so that it can be tested without one. No method throws.
 */
export interface Link {
  /** False when the payload was dropped: link lost, send window full, or payload too large. */
  publish(subject: string, payload: Uint8Array, replyTo?: string): boolean;
  /** Asks for messages. In effect once a later {@link flush} resolved true. */
  subscribe(subject: string, queue: string | undefined, onMessage: (message: LinkMessage) => void): LinkSubscription;
  /** True once the server has taken everything handed over before, false when the link was lost instead. */
  flush(): Promise<boolean>;
  /** Loses the link at once. Idempotent. */
  close(): void;
  readonly isLost: boolean;
  /** Calls `listener` once, when the link is lost, for whatever reason. */
  onLost(listener: () => void): void;
}
