// Socket.IO as its documentation shows it: a room, WebSocket alone, connection state recovery. A process of its own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { readLengthPrefixed } from './length-prefixed.ts';
import { PEER_ROOM } from './peer.ts';

const RECOVERY_MS = 120_000;

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  connectionStateRecovery: { maxDisconnectionDuration: RECOVERY_MS },
});
io.on('connection', (socket) => {
  socket.on('join', (room: string) => {
    void socket.join(room);
    socket.emit('joined');
  });
});
http.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => console.log((http.address() as AddressInfo).port));
readLengthPrefixed(process.stdin, {
  onMessage: (message) => io.to(PEER_ROOM).emit('barrage', JSON.parse(message.toString())),
  onEnd: () => process.exit(0),
});
