import type { Clock } from '@longwire/domain';

/** The clock of the machine. Its timers never keep the process alive. */
export function systemClock(): Clock {
  return clock;
}

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs).unref();
    return { cancel: () => clearTimeout(timer) };
  },
  every(periodMs, task) {
    const timer = setInterval(task, periodMs).unref();
    return { cancel: () => clearInterval(timer) };
  },
};
