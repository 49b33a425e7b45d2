import { noStream } from './dialect.ts';
import type { Dialect, FrameContent, FrameSink } from './dialect.ts';

/** The number that a message of this bench carries; -1 for what is none. */
export function numberOf(message: unknown): number {
  if (typeof message !== 'object' || message === null || !('n' in message)) return -1;
  return typeof message.n === 'number' ? message.n : -1;
}

/** Bare `ws` and the floor: a WebSocket message is one message, and whoever is connected is in the room. */
export function createPlainDialect(sink: FrameSink): Dialect {
  return {
    path: '/',
    isText: true,
    onOpen: (connection) => connection.ready(),
    onMessage: (_connection, payload, wireBytes) => void sink.record(payload, wireBytes),
    onStream: noStream,
    heartbeat: undefined,
  };
}

export function decodePlain(bytes: Buffer): FrameContent {
  return { numbers: [numberOf(JSON.parse(bytes.toString()))], ackIds: [] };
}
