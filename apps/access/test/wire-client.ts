import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { brotliDecompressSync, inflateSync } from 'node:zlib';
import {
  decodeFrames,
  DictionaryShelf,
  encodeClientFrame,
  FrameDecoder,
  OPERATION,
  parseServerFrame,
  SERVER_FRAME_LIMITS,
  unpack,
} from '@longwire/wire';
import type { ClientRequest, Frame, ServerFrame } from '@longwire/wire';
import { eventually } from '@longwire/testkit';
import { WebSocket } from 'ws';
import type { TransportKind } from '../src/transport/transport.ts';

const DECOMPRESSORS = {
  inflate: (bytes: Uint8Array) => inflateSync(bytes),
  brotli: (bytes: Uint8Array) => brotliDecompressSync(bytes),
};

interface Line {
  send(bytes: Uint8Array): void;
  cut(): void;
  pause(): void;
  resume(): void;
}

/** A client that only knows frames: sends bytes and keeps what comes back. */
export class WireClient {
  /** As they came, compressed ones not unpacked. */
  readonly frames: Frame[] = [];
  isGone = false;
  /** Of the WebSocket close frame; null on TCP and before. */
  closeCode: number | null = null;
  line: Line = { send: () => undefined, cut: () => undefined, pause: () => undefined, resume: () => undefined };

  /** Every op 5 object, unpacked, in order. */
  get messages(): readonly Extract<ServerFrame, { kind: 'message' }>[] {
    return this.#read().filter((frame) => frame.kind === 'message');
  }

  /** Messages and replies, in the order they came. */
  get everything(): readonly ServerFrame[] {
    return this.#read();
  }

  /** Everything but op 5, in order. */
  get replies(): readonly ServerFrame[] {
    return this.#read().filter((frame) => frame.kind !== 'message');
  }

  send(...requests: readonly ClientRequest[]): void {
    for (const request of requests) this.line.send(encodeClientFrame(request));
  }

  sendBytes(bytes: Uint8Array): void {
    this.line.send(bytes);
  }

  /** Resolves with the first reply of the kind from the `from`-th reply on. */
  reply<Kind extends ServerFrame['kind']>(kind: Kind, from = 0): Promise<ServerFrame & { kind: Kind }> {
    const isWanted = (frame: ServerFrame): frame is ServerFrame & { kind: Kind } => frame.kind === kind;
    return eventually(() => this.replies.slice(from).find(isWanted) ?? false, { what: `a ${kind}` });
  }

  gone(): Promise<boolean> {
    return eventually(() => this.isGone, { what: 'the end of the line' });
  }

  take(frames: readonly Frame[]): void {
    // Bodies are lent.
    for (const frame of frames) this.frames.push({ ...frame, body: frame.body.slice() });
  }

  cut(): void {
    this.line.cut();
  }

  #read(): ServerFrame[] {
    const shelf = new DictionaryShelf();
    const isPacked = ({ op }: Frame): boolean => op === OPERATION.message || op === OPERATION.dictionary;
    return this.frames
      .flatMap((frame) => (isPacked(frame) ? unpack(frame, DECOMPRESSORS, shelf).frames : [frame]))
      .map((frame) => {
        const outcome = parseServerFrame(frame);
        if (!outcome.ok) throw new Error(outcome.error.detail);
        return outcome.frame;
      });
  }
}

/** Dials a port of this machine; resolves when the line is up. */
export async function dial(kind: TransportKind, port: number): Promise<WireClient> {
  return kind === 'ws' || kind === 'wss' ? dialWebSocket(kind, port) : dialStream(kind, port);
}

async function dialWebSocket(kind: 'ws' | 'wss', port: number): Promise<WireClient> {
  const client = new WireClient();
  const webSocket = new WebSocket(`${kind}://127.0.0.1:${port}/sub`, { rejectUnauthorized: false });
  webSocket.on('message', (data: Buffer) => client.take(decodeFrames(data, SERVER_FRAME_LIMITS).frames));
  webSocket.on('close', (code) => {
    client.closeCode = code;
    client.isGone = true;
  });
  client.line = {
    send: (bytes) => webSocket.send(bytes),
    cut: () => webSocket.terminate(),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
  };
  await new Promise<void>((resolve, reject) => {
    webSocket.on('error', reject);
    webSocket.on('open', () => resolve());
  });
  return client;
}

async function dialStream(kind: 'tcp' | 'tls', port: number): Promise<WireClient> {
  const client = new WireClient();
  const decoder = new FrameDecoder(SERVER_FRAME_LIMITS);
  const to = { host: '127.0.0.1', port };
  const socket: Socket = kind === 'tcp' ? connectTcp(to) : connectTls({ ...to, rejectUnauthorized: false });
  socket.on('data', (data: Buffer) => client.take(decoder.feed(data).frames));
  socket.on('close', () => {
    client.isGone = true;
  });
  client.line = {
    send: (bytes) => void socket.write(bytes),
    cut: () => void socket.destroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on(kind === 'tcp' ? 'connect' : 'secureConnect', () => resolve());
  });
  return client;
}
