import { InvalidArgumentError, Option } from 'commander';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `30s`, `5m`, `1h`. */
export function parseDuration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = UNITS_MS[unit];
  if (factor === undefined) throw new InvalidArgumentError('It must be a duration such as 500ms, 30s or 5m.');
  return Math.round(Number(digits) * factor);
}

/** A whole number within bounds. */
export function parseCount(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** A number within bounds. */
export function parseNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  };
}

/**
 * An option with several values, `--user 1,2` or `--user 1 --user 2`. Not commander's own kind, which would take the argument
 * behind it for one more value.
 */
export function listOption(flags: string, about: string, choices?: readonly string[]): Option {
  const option = new Option(flags, `${about}; several: with commas, or again`);
  if (choices !== undefined) option.choices(choices);
  return option.argParser((text: string, before: readonly string[] | undefined) => {
    const values = text.split(',').map((value) => value.trim());
    const stranger = values.find((value) => value === '' || choices?.includes(value) === false);
    if (stranger === undefined) return [...(before ?? []), ...values];
    throw new InvalidArgumentError(
      choices === undefined ? 'A value is empty.' : `Allowed choices are ${choices.join(', ')}.`,
    );
  });
}

/** For `--wait`, `--watch` and their kind: a duration with a default. */
export function durationOption(flags: string, about: string, defaultText?: string): Option {
  const option = new Option(flags, about).argParser(parseDuration);
  return defaultText === undefined ? option : option.default(parseDuration(defaultText), defaultText);
}
