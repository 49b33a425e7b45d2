// A server of the least code: `ws`, a set of connections, and `send` to each. Run as a process of its own.
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { readLengthPrefixed } from './length-prefixed.ts';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4096, perMessageDeflate: false });
server.on('connection', (webSocket) => webSocket.on('error', () => undefined));
server.on('listening', () => console.log((server.address() as AddressInfo).port));
readLengthPrefixed(process.stdin, {
  onMessage(message) {
    const text = message.toString();
    for (const webSocket of server.clients) webSocket.send(text);
  },
  onEnd: () => process.exit(0),
});
