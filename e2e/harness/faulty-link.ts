import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { ConnectAnswer } from './api.ts';
import type { Longwire } from './launch.ts';

/** A way to one address that a test can cut, or let go silent without a word to either side. */
export class FaultyLink {
  readonly #server: Server;
  #isDown = false;
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Opens a door that leads to `port` of this machine. */
  static async open(port: number): Promise<FaultyLink> {
    const server = createServer();
    const link = new FaultyLink(server);
    server.on('connection', (near) => {
      if (link.#isDown) near.resetAndDestroy();
      else link.#join(near, connect({ port, host: '127.0.0.1' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Resets what is open; new connections are let through. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Resets what is open, and new connections too. */
  takeDown(): void {
    this.#isDown = true;
    this.cut();
  }

  bringUp(): void {
    this.#isDown = false;
  }

  /** From now on nothing passes on what is open, in both directions, and nobody is told. */
  goSilent(): void {
    for (const [near, far] of this.#pairs) {
      near.removeAllListeners('data').pause();
      far.removeAllListeners('data').pause();
    }
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket, far: Socket): void {
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (chunk: Buffer) => void to.write(chunk));
      from.on('error', () => undefined);
      from.once('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
    };
    pass(near, far);
    pass(far, near);
  }
}

/** The ticket with its addresses replaced by faulty links, which lead to the same nodes. */
export function through(links: ReadonlyMap<string, FaultyLink>): (answer: ConnectAnswer) => ConnectAnswer {
  const portOf = (url: URL): string => String(links.get(url.port)?.port);
  return (answer) => ({
    ...answer,
    nodes: answer.nodes.map((node) => {
      const ws = new URL(node.ws);
      ws.port = portOf(ws);
      return { ...node, ws: String(ws), tcp: `127.0.0.1:${portOf(new URL(`tcp://${node.tcp}`))}` };
    }),
  });
}

/** A faulty link to the WebSocket and one to the TCP port of each node, by the node's port. */
export async function openLinks(longwire: Longwire): Promise<ReadonlyMap<string, FaultyLink>> {
  const { ws, tcp } = longwire.report;
  const ports = [...ws, ...tcp.map((address) => `tcp://${address}`)].map((address) => new URL(address).port);
  return new Map(await Promise.all(ports.map(async (port) => [port, await FaultyLink.open(Number(port))] as const)));
}
