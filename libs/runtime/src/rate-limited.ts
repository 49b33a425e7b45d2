import type { Clock } from '@longwire/domain';
import type { Logger, LogMethod } from './logger.ts';

/** Event names are constants, so this is never reached in practice; it bounds a caller who breaks that rule. */
const MAX_EVENTS = 1_000;

type LimitedLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

interface Seen {
  untilMs: number;
  suppressed: number;
}

/**
 * A log that writes the same event at most once per `periodMs`; the next line that goes through says in `suppressed`
 * how many did not. `fatal` always goes through. Children have their own counts.
 */
export function rateLimited(logger: Logger, clock: Clock, periodMs: number): Logger {
  const seen = new Map<string, Seen>();

  function limit(level: LimitedLevel): LogMethod {
    return (first: object | string, second?: string) => {
      const event = typeof first === 'string' ? first : (second ?? '');
      const fields = typeof first === 'string' ? {} : first;
      const key = `${level} ${event}`;
      const nowMs = clock.monotonic();
      const entry = seen.get(key);
      if (entry !== undefined && nowMs < entry.untilMs) {
        entry.suppressed += 1;
        return;
      }
      if (entry === undefined && seen.size >= MAX_EVENTS) seen.clear();
      seen.set(key, { untilMs: nowMs + periodMs, suppressed: 0 });
      const suppressed = entry?.suppressed ?? 0;
      logger[level](suppressed === 0 ? fields : { ...fields, suppressed }, event);
    };
  }

  return {
    trace: limit('trace'),
    debug: limit('debug'),
    info: limit('info'),
    warn: limit('warn'),
    error: limit('error'),
    fatal: (first: object | string, second?: string) =>
      typeof first === 'string' ? logger.fatal(first) : logger.fatal(first, second ?? ''),
    child: (bindings) => rateLimited(logger.child(bindings), clock, periodMs),
    isLevelEnabled: (level) => logger.isLevelEnabled(level),
  };
}
