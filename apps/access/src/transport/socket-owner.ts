import type { Socket } from 'node:net';

/** Who is told what happens on a socket. */
export interface SocketOwner {
  onData(chunk: Buffer): void;
  onDrain(): void;
  /** The other side sends nothing more. */
  onEnd(): void;
  /** The socket is gone. Called once. */
  onClosed(): void;
}

const OWNER = Symbol('owner');
type OwnedSocket = Socket & { [OWNER]?: SocketOwner };

/**
 * Tells `owner` what happens on the socket, through listeners that all sockets share: no closures per connection, which
 * the bench `connections` guards.
 */
export function ownSocket(socket: Socket, owner: SocketOwner): void {
  (socket as OwnedSocket)[OWNER] = owner;
  socket.on('data', onData);
  socket.on('drain', onDrain);
  socket.on('end', onEnd);
  socket.on('close', onClose);
  // A reset or a write to a dead peer: `close` follows and says all there is to say.
  socket.on('error', ignoreError);
}

function onData(this: OwnedSocket, chunk: Buffer): void {
  this[OWNER]?.onData(chunk);
}

function onDrain(this: OwnedSocket): void {
  this[OWNER]?.onDrain();
}

function onEnd(this: OwnedSocket): void {
  this[OWNER]?.onEnd();
}

function onClose(this: OwnedSocket): void {
  this[OWNER]?.onClosed();
}

function ignoreError(): void {}
