import type { ParseOutcome, Setting } from './setting.ts';
import { parsed, refused } from './setting.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';

interface NumberOptions<D> {
  /** One sentence for the docs. */
  readonly about: string;
  /** Full name of the environment variable; default: the schema's prefix and the key. */
  readonly env?: string;
  /** Without it the setting is required. */
  readonly default?: D;
  readonly min?: D;
  readonly max?: D;
}

interface NumberKind {
  readonly type: string;
  readonly wanted: string;
  readonly read: (text: string) => number | undefined;
  readonly show: (value: number) => string;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function checkRange(value: number, { min, max }: Range, show: NumberKind['show']): ParseOutcome<number> {
  if (value < min) return refused(`must be at least ${show(min)}`);
  if (value > max) return refused(`must be at most ${show(max)}`);
  return parsed(value);
}

function showRange({ min, max }: Range, show: NumberKind['show']): string {
  if (min === -Infinity && max === Infinity) return '';
  if (max === Infinity) return `>= ${show(min)}`;
  return min === -Infinity ? `<= ${show(max)}` : `${show(min)} - ${show(max)}`;
}

function numeric<D extends string | number>(options: NumberOptions<D>, kind: NumberKind): Setting<number> {
  const bound = (value: D | undefined, none: number): number => {
    if (value === undefined) return none;
    const bounded = kind.read(String(value));
    if (bounded === undefined) throw new Error(`bad bound "${value}" of a setting: ${kind.wanted}`);
    return bounded;
  };
  const range = { min: bound(options.min, -Infinity), max: bound(options.max, Infinity) };
  return {
    type: kind.type,
    about: options.about,
    env: options.env,
    isSecret: false,
    defaultText: options.default === undefined ? undefined : String(options.default),
    range: showRange(range, kind.show),
    parse(text) {
      const value = kind.read(text);
      return value === undefined ? refused(`must be ${kind.wanted}`) : checkRange(value, range, kind.show);
    },
  };
}

function readNumber(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function readInteger(text: string): number | undefined {
  const value = readNumber(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A whole number. */
export function integer(options: NumberOptions<number>): Setting<number> {
  return numeric(options, { type: 'integer', wanted: 'a whole number', read: readInteger, show: String });
}

/** A decimal number. */
export function number(options: NumberOptions<number>): Setting<number> {
  return numeric(options, { type: 'number', wanted: 'a number', read: readNumber, show: String });
}

/** A span of time, written `200ms`, `30s`, `5m`, `24h`; the value is in ms, so let the key end in Ms. */
export function duration(options: NumberOptions<string>): Setting<number> {
  const wanted = 'a duration such as 200ms, 30s, 5m or 24h';
  return numeric(options, { type: 'duration', wanted, read: parseDuration, show: formatDuration });
}

/** Spans of time with commas between, at least one, each within the range; the value is a list of ms. */
export function durations(options: NumberOptions<string>): Setting<readonly number[]> {
  const { default: defaultText, ...rest } = options;
  const one = duration(rest);
  return {
    ...one,
    type: 'durations',
    defaultText,
    parse(text, context) {
      const values: number[] = [];
      for (const part of text.split(',')) {
        const outcome = one.parse(part.trim(), context);
        if (!outcome.ok) return refused(`must be durations with commas between, each of which ${outcome.problem}`);
        values.push(outcome.value);
      }
      return parsed(Object.freeze(values));
    },
  };
}

/** An amount of bytes, written `512B`, `64KiB`, `8MiB`; the value is in bytes, so let the key end in Bytes. */
export function size(options: NumberOptions<string>): Setting<number> {
  const wanted = 'a size such as 512B, 64KiB or 8MiB';
  return numeric(options, { type: 'size', wanted, read: parseSize, show: formatSize });
}

const MAX_PORT = 65_535;

/** A TCP port. The port offset is added to it, also to one that was set; 0 stays 0 and means any free port. */
export function port(options: NumberOptions<number>): Setting<number> {
  const base = integer({ min: 0, max: MAX_PORT, ...options });
  return {
    ...base,
    type: 'port',
    range: '',
    parse(text, context) {
      const outcome = base.parse(text, context);
      if (!outcome.ok || outcome.value === 0) return outcome;
      const shifted = outcome.value + context.portOffset;
      if (shifted <= MAX_PORT) return parsed(shifted);
      return refused(`must be at most ${MAX_PORT} after the port offset of ${context.portOffset}`);
    },
  };
}
