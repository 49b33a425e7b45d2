import type { Clock } from '@longwire/domain';

/** What the client needs of time; a test passes one that it moves itself. */
export type ClientClock = Pick<Clock, 'now' | 'monotonic' | 'after'>;

/** The platform's time. Its timers keep a Node process alive: a client that waits to reconnect is not done. */
export const systemClock: ClientClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
