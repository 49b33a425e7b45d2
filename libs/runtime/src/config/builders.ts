import type { ParseOutcome, Setting } from './setting.ts';
import { parsed, refused } from './setting.ts';

interface CommonOptions {
  /** One sentence for the docs. */
  readonly about: string;
  /** Full name of the environment variable; default: the schema's prefix and the key. */
  readonly env?: string;
}

/** Without a default the setting is required; with the default null it may be absent, and its value is then null. */
interface WithDefault<D> extends CommonOptions {
  readonly default?: D;
}

interface Kind<T> {
  readonly type: string;
  readonly range?: string;
  readonly isSecret?: boolean;
  readonly defaultText: string | null | undefined;
  readonly parse: Setting<T>['parse'];
}

function setting<T>({ about, env }: CommonOptions, kind: Kind<T>): Setting<T> {
  return { range: '', isSecret: false, ...kind, about, env };
}

function asText(value: string | number | boolean | null | undefined): string | null | undefined {
  return value === null || value === undefined ? value : String(value);
}

function parseText(value: string): ParseOutcome<string> {
  return value === '' ? refused('must not be empty') : parsed(value);
}

/** Any text that is not empty. */
export function text(options: WithDefault<string>): Setting<string>;
export function text(options: WithDefault<string | null>): Setting<string | null>;
export function text(options: WithDefault<string | null>): Setting<string | null> {
  return setting<string | null>(options, { type: 'text', defaultText: options.default, parse: parseText });
}

/** Text that is never printed. */
export function secret(options: WithDefault<string>): Setting<string>;
export function secret(options: WithDefault<string | null>): Setting<string | null>;
export function secret(options: WithDefault<string | null>): Setting<string | null> {
  return setting<string | null>(options, {
    type: 'secret',
    isSecret: true,
    defaultText: options.default,
    parse: parseText,
  });
}

export interface ListOptions extends WithDefault<readonly string[]> {
  readonly isSecret?: boolean;
}

/** Texts separated by commas; blanks around them are dropped, and an empty text is an empty list. */
export function list(options: ListOptions): Setting<readonly string[]> {
  return setting<readonly string[]>(options, {
    type: 'list',
    isSecret: options.isSecret ?? false,
    defaultText: options.default?.join(','),
    parse: (raw) =>
      parsed(
        Object.freeze(
          raw
            .split(',')
            .map((item) => item.trim())
            .filter((item) => item !== ''),
        ),
      ),
  });
}

/** `true` or `false`. */
export function flag(options: WithDefault<boolean>): Setting<boolean> {
  return setting<boolean>(options, {
    type: 'flag',
    defaultText: asText(options.default),
    parse(raw) {
      if (raw === 'true' || raw === '1') return parsed(true);
      if (raw === 'false' || raw === '0') return parsed(false);
      return refused('must be true or false');
    },
  });
}

export interface ChoiceOptions<Value extends string, Default> extends WithDefault<Default> {
  readonly values: readonly Value[];
}

/** One of the texts of `values`. */
export function choice<const Value extends string>(options: ChoiceOptions<Value, NoInfer<Value>>): Setting<Value>;
export function choice<const Value extends string>(
  options: ChoiceOptions<Value, NoInfer<Value> | null>,
): Setting<Value | null>;
export function choice<const Value extends string>(options: ChoiceOptions<Value, Value | null>): Setting<Value | null> {
  const names = options.values.join(', ');
  return setting<Value | null>(options, {
    type: `one of ${names}`,
    defaultText: options.default,
    parse(raw) {
      const value = options.values.find((candidate) => candidate === raw);
      return value === undefined ? refused(`must be one of ${names}`) : parsed(value);
    },
  });
}
