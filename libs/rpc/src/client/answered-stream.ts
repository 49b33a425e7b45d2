import { type ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import type { Clock, Timer } from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import { backoffMs } from './backoff.ts';
import type { UnaryMethod } from './call-unary.ts';
import { PendingAnswers } from './pending-answers.ts';
import type { ServerEntry, ServerList } from './server-list.ts';

export interface AnsweredStreamOptions<Request, Response> {
  readonly servers: ServerList;
  readonly method: UnaryMethod<Request, Response>;
  /** Most requests that may wait for their answer. */
  readonly maxWaiting: number;
  /** A server that is silent for that long is given up: while the stream opens, and for each request. */
  readonly answerTimeoutMs: number;
  /** Called whenever the stream is served: at first, and after each loss. */
  readonly onUp: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

interface OpenStream<Request, Response> {
  readonly server: ServerEntry;
  readonly call: ClientDuplexStream<Request, Response>;
  readonly answers: PendingAnswers<Response>;
  openTimer: Timer | undefined;
  isUp: boolean;
}

/**
 * A line of requests, each answered by one response, in order, over a stream that opens itself again, on the next address
 * when there is one, until it is closed. What waits when a stream is lost is not sent again: it ends as undefined.
 */
export class AnsweredStream<Request, Response> {
  readonly #options: AnsweredStreamOptions<Request, Response>;
  #stream: OpenStream<Request, Response> | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(options: AnsweredStreamOptions<Request, Response>) {
    this.#options = options;
  }

  /** Begins to open the stream. */
  start(): void {
    this.#open();
  }

  get isUp(): boolean {
    return this.#stream?.isUp ?? false;
  }

  /** Never rejects; undefined when there is no stream, too many wait, or the stream was lost before the answer. */
  send(request: Request): Promise<Response | undefined> {
    const stream = this.#stream;
    if (stream === undefined || !stream.isUp || stream.answers.size >= this.#options.maxWaiting) {
      return Promise.resolve(undefined);
    }
    const answer = stream.answers.add();
    stream.call.write(request);
    return answer;
  }

  /** Ends the stream for good, and what waits with it. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    if (this.#stream !== undefined) this.#drop(this.#stream);
  }

  #open(): void {
    const { servers, method, clock, answerTimeoutMs } = this.#options;
    const [server] = servers.inOrder();
    if (server === undefined || this.#isClosed) return;
    const { path, requestSerialize, responseDeserialize } = method;
    const call = server.client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, new Metadata());
    const onSilence = (): void => this.#lose(stream, 'silent');
    const stream: OpenStream<Request, Response> = {
      server,
      call,
      answers: new PendingAnswers<Response>({ clock, timeoutMs: answerTimeoutMs, onSilence }),
      openTimer: clock.after(answerTimeoutMs, onSilence),
      isUp: false,
    };
    this.#stream = stream;
    call.on('metadata', () => this.#greet(stream));
    call.on('data', (response: Response) => stream.answers.settleFirst(response));
    call.on('end', () => this.#lose(stream, 'ended'));
    call.on('error', (err: Error) => this.#lose(stream, err.message));
  }

  #greet(stream: OpenStream<Request, Response>): void {
    if (stream !== this.#stream) return;
    const { servers, logger, onUp } = this.#options;
    stream.openTimer?.cancel();
    stream.isUp = true;
    this.#failures = 0;
    servers.markUp(stream.server);
    logger.info({ address: stream.server.address }, 'stream-up');
    onUp();
  }

  #lose(stream: OpenStream<Request, Response>, reason: string): void {
    if (stream !== this.#stream) return;
    const { servers, clock, random, logger } = this.#options;
    logger.warn({ address: stream.server.address, reason }, 'stream-lost');
    servers.markDown(stream.server);
    const waitMs = backoffMs(this.#failures, servers.size, random);
    this.#failures += 1;
    if (!this.#isClosed) this.#timer = clock.after(waitMs, () => this.#open());
    this.#drop(stream);
  }

  #drop(stream: OpenStream<Request, Response>): void {
    this.#stream = undefined;
    stream.openTimer?.cancel();
    stream.call.cancel();
    stream.answers.abandon();
  }
}
