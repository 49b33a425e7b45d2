import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Io, Output } from '../src/io.ts';
import { runCli } from '../src/run-cli.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** An answer: a value for 200, or what a route does itself. */
export type Answer = object | ((response: ServerResponse, request: IncomingMessage) => void);

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A small HTTP server that stands for control and service, and the command line run against it in this process. */
export class CliFixture {
  readonly asked: Asked[] = [];
  /** By `GET /v1/admin/nodes`, without the query. */
  readonly routes = new Map<string, Answer>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(routes: Readonly<Record<string, Answer>> = {}): Promise<CliFixture> {
    const server = createServer();
    const fixture = new CliFixture(server);
    for (const [name, answer] of Object.entries(routes)) fixture.routes.set(name, answer);
    server.on('request', (request, response) => void fixture.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fixture;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Runs a command line against this server. */
  run(args: readonly string[], io: FakeIoOptions = {}): Promise<Ran> {
    return runWith(['--control', this.url, '--service', this.url, '--api-key', 'k1', ...args], io);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', 'http://fixture');
    const body = await text(request);
    const method = request.method ?? '';
    const { authorization } = request.headers;
    this.asked.push({
      method,
      path: pathname + search,
      authorization,
      body: body === '' ? undefined : JSON.parse(body),
    });
    const answer = this.routes.get(`${method} ${pathname}`);
    if (typeof answer === 'function') answer(response, request);
    else if (answer === undefined)
      problem(404, { code: 'unknown-path', title: 'There is nothing at this path' })(response);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }
}

/** An answer of problem+json. */
export function problem(status: number, fields: object, headers: Readonly<Record<string, string>> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    response.end(JSON.stringify({ status, ...fields }));
  };
}

export interface FakeIoOptions {
  readonly isTerminal?: boolean;
  readonly hasColors?: boolean;
  readonly columns?: number;
  readonly folder?: string;
  readonly signal?: AbortSignal;
  /** Somebody is there, who answers this. */
  readonly answer?: string;
  readonly stdin?: string;
  /** Told of all that is written to stdout so far. */
  readonly onOut?: (out: string) => void;
}

/** Runs a command line as it is. */
export async function runWith(args: readonly string[], options: FakeIoOptions = {}): Promise<Ran> {
  const written = { out: '', err: '' };
  const output = (name: 'out' | 'err'): Output => ({
    isTerminal: options.isTerminal ?? false,
    hasColors: options.hasColors ?? false,
    columns: options.columns ?? 100,
    rows: 24,
    write: async (chunk) => {
      written[name] += chunk;
      if (name === 'out') options.onOut?.(written.out);
    },
  });
  const io: Io = {
    out: output('out'),
    err: output('err'),
    folder: options.folder ?? '/nowhere',
    signal: options.signal ?? new AbortController().signal,
    isInteractive: options.answer !== undefined,
    ask: async () => options.answer ?? '',
    readStdin: async () => options.stdin ?? '',
  };
  const code = await runCli(args, io);
  return { code, ...written };
}
