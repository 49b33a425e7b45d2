import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface LaneAnswer {
  readonly status: number;
  readonly body: string;
}

const SEPARATOR = '\r\n\r\n';

/**
 * One HTTP/1.1 connection that is kept open, with one request under way: a few microseconds of generator time a request,
 * where Node's own client takes some tens. Knows answers with a Content-Length only, which is what the API gives.
 */
export class HttpLane {
  readonly #head: string;
  readonly #socket: Socket;
  #received = '';
  #pending: { resolve: (answer: LaneAnswer) => void; reject: (cause: Error) => void } | null = null;
  #fault: Error | null = null;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    const { hostname, port, pathname } = new URL(url);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${lines.join('')}Content-Length: `;
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    // Answers are ASCII: JSON of ids and numbers, and problem texts. One character is one byte.
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => this.#onText(text));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** Has the server closed it? It does so with one that was not used for some seconds. */
  get isOver(): boolean {
    return this.#fault !== null;
  }

  post(body: string): Promise<LaneAnswer> {
    if (this.#fault !== null) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#socket.write(`${this.#head}${Buffer.byteLength(body)}${SEPARATOR}${body}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #onText(text: string): void {
    this.#received += text;
    const answer = parseAnswer(this.#received);
    if (answer === undefined) return;
    this.#received = '';
    const pending = this.#pending;
    this.#pending = null;
    pending?.resolve(answer);
  }

  #fail(fault: Error): void {
    this.#fault ??= fault;
    this.#pending?.reject(fault);
    this.#pending = null;
  }
}

/** The answer in the text, or undefined while it is not all there. */
export function parseAnswer(text: string): LaneAnswer | undefined {
  const headEnd = text.indexOf(SEPARATOR);
  if (headEnd === -1) return undefined;
  const head = text.slice(0, headEnd);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  const body = text.slice(headEnd + SEPARATOR.length);
  if (body.length < length) return undefined;
  return { status: Number(head.slice(9, 12)), body: body.slice(0, length) };
}
