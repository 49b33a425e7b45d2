import { Metadata, type ServerDuplexStream } from '@grpc/grpc-js';
import { statusOf } from '../error-status.ts';

export interface AnswerOptions<Request, Response> {
  /** Called in the order of the requests, without waiting for the answer before; a rejection fails the stream. */
  readonly answer: (request: Request) => Promise<Response>;
  /** Called once when the stream is over, however it ended. */
  readonly onOver: () => void;
}

/** Most requests of one stream that may wait for their answer; beyond, the stream is not read and the sender is held up. */
export const MAX_WAITING = 16;

/** Answers each request of a stream by one response, strictly in order. Returns a function that ends the stream. */
export function answerInOrder<Request, Response>(
  call: ServerDuplexStream<Request, Response>,
  { answer, onOver }: AnswerOptions<Request, Response>,
): () => void {
  let waiting = 0;
  let isOver = false;
  let tail = Promise.resolve();

  const finish = (): void => {
    if (isOver) return;
    isOver = true;
    onOver();
  };
  const fail = (error: unknown): void => {
    if (isOver) return;
    finish();
    call.emit('error', statusOf(error));
  };
  const end = (): void => {
    if (isOver) return;
    finish();
    call.end();
  };

  call.on('data', (request: Request) => {
    if (isOver) return;
    waiting += 1;
    if (waiting >= MAX_WAITING) call.pause();
    // Settled here and now: a later answer may be ready, or fail, long before its turn comes.
    const settled = start(answer, request);
    tail = tail.then(async () => {
      const outcome = await settled;
      waiting -= 1;
      if (isOver) return;
      if (outcome.ok) call.write(outcome.response);
      else fail(outcome.error);
      if (waiting < MAX_WAITING && call.isPaused()) call.resume();
    });
  });
  call.on('end', () => {
    tail = tail.then(end);
  });
  call.on('cancelled', finish);
  call.on('close', finish);
  call.on('error', finish);
  // Tells the client that the stream is served, before there is anything to answer.
  call.sendMetadata(new Metadata());
  return end;
}

type Outcome<Response> =
  { readonly ok: true; readonly response: Response } | { readonly ok: false; readonly error: unknown };

async function start<Request, Response>(
  answer: (request: Request) => Promise<Response>,
  request: Request,
): Promise<Outcome<Response>> {
  try {
    return { ok: true, response: await answer(request) };
  } catch (error) {
    return { ok: false, error };
  }
}
