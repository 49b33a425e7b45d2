import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { CLIENT_FRAME_LIMITS, decodeFrames, encodeAuthReply, parseClientFrame } from '@longwire/wire';
import type { NodeHint } from '@longwire/wire';

/** One client that fell for a hostile node. */
export interface Victim {
  /** Sends bytes as they are, over WebSocket as one message; resolves when they have left this process. */
  send(bytes: Uint8Array): Promise<void>;
  /** Ends the connection without a word. */
  end(): void;
}

/** What a hostile node does to each client that it has let in, and that can decode as much as `protover` says. */
export type Manners = (victim: Victim, protover: number) => Promise<void>;

/** Stands in a list of nodes and lets everybody in, and then sends what no node would. */
export class HostileNode {
  readonly #webSockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly #tcp: Server = createServer();
  readonly #sockets = new Set<Socket>();
  readonly #name: string;
  #visits = 0;

  private constructor(name: string, manners: Manners) {
    this.#name = name;
    this.#webSockets.on('connection', (webSocket) => {
      webSocket.on('error', () => undefined);
      webSocket.once('message', (auth: Buffer) => this.#letIn(auth, overWebSocket(webSocket), manners));
    });
    this.#tcp.on('connection', (socket) => {
      this.#sockets.add(socket.on('error', () => undefined));
      socket.once('data', (auth) => this.#letIn(auth as Buffer, overTcp(socket), manners));
    });
  }

  static async open(name: string, manners: Manners): Promise<HostileNode> {
    const node = new HostileNode(name, manners);
    await new Promise<void>((resolve) => node.#tcp.listen(0, '127.0.0.1', resolve));
    return node;
  }

  /** How many clients it let in. */
  get visits(): number {
    return this.#visits;
  }

  get hint(): NodeHint {
    const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
    return {
      nodeId: this.#name,
      region: '',
      ws: `ws://127.0.0.1:${portOf(this.#webSockets)}/sub`,
      tcp: `127.0.0.1:${portOf(this.#tcp)}`,
    };
  }

  close(): void {
    for (const webSocket of this.#webSockets.clients) webSocket.terminate();
    for (const socket of this.#sockets) socket.destroy();
    this.#webSockets.close();
    this.#tcp.close();
  }

  #letIn(auth: Buffer, victim: Victim, manners: Manners): void {
    const [frame] = decodeFrames(auth, CLIENT_FRAME_LIMITS).frames;
    const parsed = frame && parseClientFrame(frame);
    if (parsed?.ok !== true || parsed.frame.kind !== 'auth') return victim.end();
    const { seq, protover } = parsed.frame;
    this.#visits += 1;
    void victim.send(encodeAuthReply({ seq, code: 0 })).then(() => manners(victim, protover));
  }
}

/** A client that is gone takes nothing more. */
function overWebSocket(webSocket: WebSocket): Victim {
  return {
    send: (bytes) => new Promise((resolve) => webSocket.send(bytes, () => resolve())),
    end: () => webSocket.terminate(),
  };
}

function overTcp(socket: Socket): Victim {
  return {
    send: (bytes) => new Promise((resolve) => void socket.write(bytes, () => resolve())),
    end: () => socket.destroy(),
  };
}
