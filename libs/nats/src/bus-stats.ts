/** What a bus has done since it was opened. Each number only rises. */
export interface BusStats {
  /** Payloads handed to the connection, answers to requests included, requests not. */
  readonly published: number;
  /** Payloads not handed over: cut off, more than `maxPendingBytes` waiting, or larger than the server takes. */
  readonly dropped: number;
  readonly requests: number;
  readonly noResponders: number;
  /** Requests without an answer in time, or whose connection was lost while they waited. */
  readonly timeouts: number;
  /** Requests that could not be sent. */
  readonly unavailable: number;
  /** Connections made after the first one. */
  readonly reconnects: number;
  /** Payloads handed to a handler. */
  readonly received: number;
  /** Handlers that threw. */
  readonly handlerErrors: number;
}

/** The stats as their owner counts them. */
export type MutableBusStats = { -readonly [Name in keyof BusStats]: number };

/** All zero. */
export function createBusStats(): MutableBusStats {
  return {
    published: 0,
    dropped: 0,
    requests: 0,
    noResponders: 0,
    timeouts: 0,
    unavailable: 0,
    reconnects: 0,
    received: 0,
    handlerErrors: 0,
  };
}
