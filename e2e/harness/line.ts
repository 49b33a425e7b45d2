import { connect } from 'node:net';
import type { Socket } from 'node:net';
import WebSocket from 'ws';

/** The bytes of one client connection, whatever carries them. */
export interface Line {
  send(bytes: Uint8Array): void;
  /** Ends the connection without a word, as a dead network does for the server's TCP: a reset. */
  cut(): void;
  close(): void;
  /** Stops and goes on reading: a viewer whose network or tab has stalled. */
  pause(): void;
  resume(): void;
}

export interface LineEvents {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The WebSocket close code; undefined over TCP. */
  readonly onClose: (code: number | undefined) => void;
}

export type LineAddress = { readonly ws: string } | { readonly tcp: string };

/** Opens a connection; resolves when bytes can be sent. */
export function openLine(address: LineAddress, events: LineEvents): Promise<Line> {
  return 'ws' in address ? openWebSocket(address.ws, events) : openTcp(address.tcp, events);
}

async function openWebSocket(url: string, events: LineEvents): Promise<Line> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.binaryType = 'nodebuffer';
  socket.on('message', (data) => events.onBytes(data as Buffer));
  socket.once('close', (code) => events.onClose(code));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return {
    send: (bytes) => socket.send(bytes),
    cut: () => socket.terminate(),
    close: () => socket.close(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

async function openTcp(address: string, events: LineEvents): Promise<Line> {
  const [host = '', port = ''] = address.split(':');
  const socket: Socket = connect({ host, port: Number(port) });
  socket.on('data', (chunk: Buffer) => events.onBytes(chunk));
  socket.once('close', () => events.onClose(undefined));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return {
    send: (bytes) => socket.write(bytes),
    cut: () => socket.resetAndDestroy(),
    close: () => socket.end(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}
