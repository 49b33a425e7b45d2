import type { DestinationStream } from 'pino';
import { pino } from 'pino';
import { PinoPretty } from 'pino-pretty';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['json', 'pretty'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/**
 * `event` is a constant name (`node-lost`); what varies goes into `fields`, an error as `err`. Never payloads or
 * tokens.
 */
export interface LogMethod {
  (fields: object, event: string): void;
  (event: string): void;
}

/** Writes one line per call, at once. A child adds its bindings to every line. */
export interface Logger {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  child(bindings: Readonly<Record<string, unknown>>): Logger;
  isLevelEnabled(level: LogLevel): boolean;
}

export interface LoggerOptions {
  readonly name: string;
  /** Default info. */
  readonly level?: LogLevel;
  /** Default (and null): pretty on a terminal, else json. */
  readonly format?: LogFormat | null;
  /** Where lines go; default stdout. */
  readonly destination?: DestinationStream;
}

const SECRET_FIELDS = ['token', 'apiKey', 'authorization', 'secret', 'payload'];

/** Opens the log of a process. Secrets that slip into fields are blanked one level deep as a second line of defence. */
export function createLogger({ name, level = 'info', format = null, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { node: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
  };
  if (destination !== undefined) return pino(options, destination);
  const wanted = format ?? (process.stdout.isTTY ? 'pretty' : 'json');
  // The pretty printer runs in this thread: a worker would hold the process and lose the last lines.
  return wanted === 'json' ? pino(options) : pino(options, PinoPretty({ sync: true, ignore: 'pid,hostname' }));
}

/** A log that goes nowhere, for tests. */
export function createSilentLogger(): Logger {
  return pino({ level: 'silent' });
}
