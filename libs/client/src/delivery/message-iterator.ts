import type { Handler } from './mailbox.ts';

const DONE = { done: true, value: undefined } as const;

/**
 * Messages for `for await`. A message counts as taken when the loop comes back for the next one or is left, so the loop's
 * body is what acks an express message, and a slow body holds back only itself. Messages are gathered from the first
 * `next()` on. Ends quietly with the signal or when the client is closed.
 */
export function iterateMessages<M>(
  listen: (handler: Handler<M>) => () => void,
  signal: AbortSignal,
): AsyncIterableIterator<M> {
  const asking: ((result: IteratorResult<M, undefined>) => void)[] = [];
  let took: (() => void) | undefined;
  let stop: (() => void) | undefined;
  let isDone = false;

  const end = (): void => {
    isDone = true;
    took?.();
    stop?.();
    for (const answer of asking.splice(0)) answer(DONE);
    signal.removeEventListener('abort', end);
  };
  const handler = (message: M): Promise<void> | void => {
    asking.shift()?.({ done: false, value: message });
    // Somebody asks for the next one already, and so is done with this one.
    if (asking.length > 0) return;
    return new Promise((resolve) => (took = resolve));
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (isDone) return Promise.resolve(DONE);
      const next = new Promise<IteratorResult<M, undefined>>((resolve) => asking.push(resolve));
      took?.();
      took = undefined;
      stop ??= listen(handler);
      return next;
    },
    return() {
      end();
      return Promise.resolve(DONE);
    },
  };
}
