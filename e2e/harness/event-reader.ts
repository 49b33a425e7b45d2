import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Longwire } from './launch.ts';

/** A client event as the business reads it, whichever way it came. */
export interface ReadEvent {
  readonly type: string;
  readonly eventId: string;
  readonly roomId?: string;
  readonly userId: string;
  readonly at: number;
}

/** `GET /v1/events`, read until closed; opened again where it stopped when the service ends it. */
export class EventReader {
  readonly events: ReadEvent[] = [];
  lastId: string | undefined;
  readonly #stopping = new AbortController();
  readonly #longwire: Longwire;
  readonly #ready = Promise.withResolvers<void>();

  private constructor(longwire: Longwire) {
    this.#longwire = longwire;
  }

  /** Resolves when what happens from now on is surely read. */
  static async open(longwire: Longwire, lastId?: string): Promise<EventReader> {
    const reader = new EventReader(longwire);
    reader.lastId = lastId;
    void reader.#follow();
    await reader.#ready.promise;
    return reader;
  }

  close(): void {
    this.#stopping.abort();
  }

  async #follow(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#read();
      } catch {
        // The service is gone or was stopped by the test: tried again shortly.
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #read(): Promise<void> {
    const position = this.lastId === undefined ? {} : { lastEventId: this.lastId };
    const { signal } = this.#stopping;
    const response = await this.#longwire.api.events('room.enter,room.leave', { signal, ...position });
    if (response.status !== 200 || response.body === null) throw new Error(`GET /v1/events gave ${response.status}`);
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    if (block.startsWith(': ready')) this.#ready.resolve();
    const id = /^id: (.+)$/m.exec(block)?.[1];
    const data = /^data: (.+)$/m.exec(block)?.[1];
    if (id === undefined || data === undefined) return;
    this.lastId = id;
    this.events.push(JSON.parse(data) as ReadEvent);
  }
}

/** What the receiver of a webhook does with a post: takes it, answers 500, or never answers. */
export type ReceiverMood = 'take' | 'refuse' | 'hang';

/** A business that receives a webhook: checks each signature, dedupes by event id, and has moods. */
export class WebhookReceiver {
  readonly secret = 'webhook-secret';
  readonly url: string;
  /** Taken events by id: repeats are counted, not kept. */
  readonly events = new Map<string, ReadEvent>();
  mood: ReceiverMood = 'take';
  posts = 0;
  forged = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  }

  static async open(): Promise<WebhookReceiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => void receiver.#onPost(request, response));
    return receiver;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #onPost(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    this.posts += 1;
    if (this.mood === 'hang') return;
    const isGenuine = this.#isGenuine(String(request.headers['longwire-signature']), body);
    if (!isGenuine) this.forged += 1;
    if (this.mood === 'refuse' || !isGenuine) {
      response.writeHead(500).end();
      return;
    }
    for (const event of (JSON.parse(body) as { events: ReadEvent[] }).events) this.events.set(event.eventId, event);
    response.writeHead(204).end();
  }

  #isGenuine(header: string, body: string): boolean {
    const [, seconds, digest = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
    if (seconds === undefined || Math.abs(Date.now() / 1000 - Number(seconds)) > 60) return false;
    const expected = createHmac('sha256', this.secret).update(`${seconds}.${body}`).digest();
    return timingSafeEqual(expected, Buffer.from(digest, 'hex'));
  }
}

/** Listens to one NATS subject as any program would, in the protocol's own words. */
export class SubjectReader {
  readonly events: ReadEvent[] = [];
  readonly #socket: Socket;
  #rest = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#onText(chunk.toString()));
    socket.on('error', () => undefined);
  }

  static async open(natsUrl: string, subject: string): Promise<SubjectReader> {
    const { hostname, port } = new URL(natsUrl);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const reader = new SubjectReader(socket);
    socket.write(`CONNECT {"verbose":false}\r\nSUB ${subject} 1\r\n`);
    return reader;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Payloads here are one line of JSON each, so lines are enough to go by. */
  #onText(text: string): void {
    const lines = (this.#rest + text).split('\r\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === 'PING') this.#socket.write('PONG\r\n');
      else if (line.startsWith('{')) this.events.push(JSON.parse(line) as ReadEvent);
    }
  }
}
