import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  /** The body as it came. */
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Control and service in one small HTTP server that does as it is told. */
export interface FakeLongwire extends AsyncDisposable {
  readonly url: string;
  /** Every call but those for events, in order. */
  readonly calls: Call[];
  /** Every opened event stream: the types it asks for, and its `Last-Event-ID`, "" for none. */
  readonly opened: { readonly types: string; readonly lastEventId: string }[];
  /** Answers every call from now on; undefined: as Longwire would. */
  answer(next: ((call: Call) => Answer | undefined) | undefined): void;
  /** Writes raw text to the open event streams. */
  emit(text: string): void;
  /** Cuts the open event streams. */
  cut(): void;
}

const USUAL: Record<string, Answer> = {
  '/v1/connect': {
    status: 200,
    body: {
      token: 'a-token',
      expiresAt: 1,
      heartbeatMs: 30_000,
      listVersion: 3,
      nodes: [{ nodeId: 'access-1', region: 'local', ws: 'ws://127.0.0.1:1/sub', tcp: '127.0.0.1:2' }],
    },
  },
  '/v1/push': { status: 202, body: { messageId: 'm1', acceptedAt: 5 } },
};

export async function startFakeLongwire(): Promise<FakeLongwire> {
  const calls: Call[] = [];
  const opened: { types: string; lastEventId: string }[] = [];
  const streams = new Set<ServerResponse>();
  let answerOf: ((call: Call) => Answer | undefined) | undefined;

  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const call = { method, path, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown), text };
      if (!path.startsWith('/v1/events')) calls.push(call);
      const answer = answerOf?.(call) ?? (path.startsWith('/v1/events') ? undefined : usual(path));
      if (answer !== undefined) {
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
        response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
        return;
      }
      const types = new URL(path, 'http://fake').searchParams.get('types') ?? '';
      opened.push({ types, lastEventId: String(headers['last-event-id'] ?? '') });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': ready\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    opened,
    answer: (next) => (answerOf = next),
    emit: (text) => streams.forEach((stream) => stream.write(text)),
    cut: () => streams.forEach((stream) => stream.destroy()),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function usual(path: string): Answer {
  return USUAL[path] ?? { status: 200, body: {} };
}
