import { noStream } from './dialect.ts';
import type { Dialect, FrameContent, FrameSink } from './dialect.ts';
import { numberOf } from './plain-dialect.ts';

const M = 'M'.charCodeAt(0);
const P = 'P'.charCodeAt(0);

/** The NATS client protocol inside WebSocket messages: subscribe to the room's subject, count its messages. */
export function createNatsDialect(sink: FrameSink, roomOf: (index: number) => string): Dialect {
  return {
    path: '/',
    isText: false,
    onOpen(connection) {
      const subscribe = `SUB ${roomOf(connection.index)} 1\r\nPING\r\n`;
      connection.send(
        Buffer.from(`CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1"}\r\n${subscribe}`),
      );
    },
    onMessage(connection, payload, wireBytes) {
      if (payload[0] === M) sink.record(payload, wireBytes);
      else if (payload[0] === P && payload.toString().startsWith('PING')) connection.send(Buffer.from('PONG\r\n'));
      else if (payload[0] === P) connection.ready();
    },
    onStream: noStream,
    heartbeat: undefined,
  };
}

/** One WebSocket message may hold several MSG; at the paced rates of this bench none is cut in two. */
export function decodeNats(bytes: Buffer): FrameContent {
  const numbers: number[] = [];
  let offset = 0;
  while (bytes[offset] === M) {
    const lineEnd = bytes.indexOf('\r\n', offset);
    const sizeBytes = Number(bytes.subarray(offset, lineEnd).toString().split(' ').at(-1));
    const start = lineEnd + 2;
    numbers.push(numberOf(JSON.parse(bytes.subarray(start, start + sizeBytes).toString())));
    offset = start + sizeBytes + 2;
  }
  return { numbers, ackIds: [] };
}
