import { noStream } from './dialect.ts';
import type { Dialect, FrameContent, FrameSink } from './dialect.ts';
import { numberOf } from './plain-dialect.ts';

/** First bytes of Engine.IO and Socket.IO packets, as their protocol documents name them. */
const OPEN = 0x30;
const PING = 0x32;
const MESSAGE = 0x34;
const CONNECT = 0x30;
const EVENT = 0x32;

/** Socket.IO's protocol 5 over WebSocket alone: connect, `join` a room, count its `barrage` events. */
export function createSocketIoDialect(sink: FrameSink, roomOf: (index: number) => string): Dialect {
  return {
    path: '/socket.io/?EIO=4&transport=websocket',
    isText: true,
    onOpen: () => undefined,
    onMessage(connection, payload, wireBytes) {
      const [engine, packet] = payload;
      if (engine === MESSAGE && packet === EVENT) {
        if (connection.isReady) sink.record(payload, wireBytes);
        else connection.ready();
      } else if (engine === OPEN) connection.send(Buffer.from('40'));
      else if (engine === PING) connection.send(Buffer.from('3'));
      else if (engine === MESSAGE && packet === CONNECT) {
        connection.send(Buffer.from(`42${JSON.stringify(['join', roomOf(connection.index)])}`));
      }
    },
    onStream: noStream,
    heartbeat: undefined,
  };
}

export function decodeSocketIo(bytes: Buffer): FrameContent {
  const event = JSON.parse(bytes.subarray(2).toString()) as readonly unknown[];
  return { numbers: [numberOf(event[1])], ackIds: [] };
}
