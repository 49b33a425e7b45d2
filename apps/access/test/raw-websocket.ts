import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { buildWsFrame, CLOSE_CODES } from '@longwire/wire';
import { eventually } from '@longwire/testkit';
import { createWebSocketServerFor } from '../src/transport/websocket-server.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

export interface FrameSpec {
  readonly opcode: number;
  readonly payload?: Uint8Array;
  readonly isFinal?: boolean;
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** Says another length than the payload has. */
  readonly lengthBytes?: Uint8Array;
}

/** A frame as a client sends it, or should not. */
export function clientFrame(spec: FrameSpec): Buffer<ArrayBuffer> {
  const { opcode, payload = new Uint8Array(0), isFinal = true, reserved = 0, isMasked = true } = spec;
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const length = spec.lengthBytes ?? lengthOf(payload.length);
  const [short = 0, ...longer] = length;
  const head = [first, (isMasked ? 0x80 : 0) | short, ...longer, ...(isMasked ? MASK : [])];
  const body = isMasked ? payload.map((byte, index) => byte ^ (MASK[(index % 4) as 0 | 1 | 2 | 3] ?? 0)) : payload;
  return Buffer.concat([Buffer.from(head), body]);
}

function lengthOf(length: number): Uint8Array {
  if (length < 126) return Uint8Array.of(length);
  if (length < 65_536) return Uint8Array.of(126, length >> 8, length & 0xff);
  const long = Buffer.alloc(9);
  long[0] = 127;
  long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}

export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A client of single bytes: it knows no rule that it could not break. */
export class RawWebSocket {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  hasEnded = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    socket.on('close', () => {
      this.hasEnded = true;
    });
    socket.on('error', () => undefined);
  }

  /** The answer to the upgrade request. */
  get head(): string {
    const text = this.#received.toString('latin1');
    return text.slice(0, text.indexOf('\r\n\r\n') + 4);
  }

  /** All whole frames that came behind the head. */
  get frames(): ServerFrame[] {
    const frames: ServerFrame[] = [];
    for (let at = this.head.length; at + 2 <= this.#received.length;) {
      const short = (this.#received[at + 1] ?? 0) & 0x7f;
      const headBytes = short === 127 ? 10 : short === 126 ? 4 : 2;
      const length =
        short === 127
          ? Number(this.#received.readBigUInt64BE(at + 2))
          : short === 126
            ? this.#received.readUInt16BE(at + 2)
            : short;
      const payload = this.#received.subarray(at + headBytes, at + headBytes + length);
      if (payload.length < length) break;
      frames.push({ opcode: (this.#received[at] ?? 0) & 0x0f, payload });
      at += headBytes + length;
    }
    return frames;
  }

  send(...specs: readonly FrameSpec[]): void {
    this.socket.write(Buffer.concat(specs.map(clientFrame)));
  }

  /** Each piece on its own, whatever the kernel makes of it. */
  async sendInPieces(bytes: Buffer, size: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += size) {
      this.socket.write(bytes.subarray(at, at + size));
      await new Promise(setImmediate);
    }
  }

  async frame(index: number): Promise<ServerFrame> {
    return eventually(() => this.frames[index] ?? false, { what: `frame ${index}` });
  }

  async end(): Promise<readonly ServerFrame[]> {
    await eventually(() => this.hasEnded, { what: 'the end of the line' });
    return this.frames;
  }
}

/** Runs `work` against a server that echoes binary messages and closes with the code of a fault. */
export async function withEchoServer(work: (server: EchoServer) => Promise<void>): Promise<void> {
  const open = new Set<Socket>();
  const server: Server = createWebSocketServerFor((transport) => {
    transport.attach({
      onBytes: (bytes) => void transport.write(buildWsFrame(bytes)),
      onFault: (name) => transport.close(CLOSE_CODES[name].code, name),
      onDrain: () => undefined,
      onGone: () => undefined,
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const dial = async (lines: readonly string[], behind = Buffer.alloc(0)): Promise<RawWebSocket> => {
    const client = new RawWebSocket(connect(port, '127.0.0.1'));
    open.add(client.socket);
    client.socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), behind]));
    await eventually(() => client.head !== '' || client.hasEnded, { what: 'an answer' });
    return client;
  };
  try {
    await work({ dial, open: () => dial(UPGRADE) });
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
  }
}

export interface EchoServer {
  /** Sends a request of these lines, and what is behind it in the same write. */
  readonly dial: (lines: readonly string[], behind?: Buffer<ArrayBuffer>) => Promise<RawWebSocket>;
  readonly open: () => Promise<RawWebSocket>;
}

export const UPGRADE = [
  'GET /sub HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Key: ${KEY}`,
  'Sec-WebSocket-Version: 13',
];
