import type { ConfigSchema } from './schema.ts';
import { envNameOf, settingsOf } from './schema.ts';
import type { ParseContext, Setting } from './setting.ts';
import { PORT_OFFSET_ENV, sharedSettings } from './shared-settings.ts';
import { unknownNames } from './unknown-names.ts';

/** The environment as a program gets it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A config that cannot be used; `faults` has one line per fault, each naming the variable and never a secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Reads the environment into a frozen config. An empty variable counts as not set. Throws a {@link ConfigError} with
 * all faults at once: bad values, missing ones, unknown names, and, when these are none, what the checks say.
 */
export function loadConfig<C>(schema: ConfigSchema<C>, env: Environment): C {
  const faults = new Set(unknownNames(Object.keys(env), knownNames(schema as ConfigSchema<never>)));
  const offset = readSetting(PORT_OFFSET_ENV, sharedSettings.portOffset, { env, portOffset: 0, faults });
  const config = readSchema(schema as ConfigSchema<unknown>, { env, portOffset: offset ?? 0, faults });
  if (faults.size === 0) for (const fault of checkSchema(schema as ConfigSchema<unknown>, config)) faults.add(fault);
  if (faults.size > 0) throw new ConfigError([...faults]);
  return config as C;
}

interface Reading extends ParseContext {
  readonly env: Environment;
  /** A set: parts may share a setting, and its fault is told once. */
  readonly faults: Set<string>;
}

function knownNames(schema: ConfigSchema<never>) {
  const prefixes = (of: Omit<ConfigSchema<never>, 'check'>): string[] => [
    of.prefix,
    ...Object.values(of.parts).flatMap((part) => prefixes(part)),
  ];
  return { names: settingsOf(schema).map(({ envName }) => envName), prefixes: prefixes(schema) };
}

function readSchema({ prefix, settings, parts }: ConfigSchema<unknown>, reading: Reading): object {
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    values[key] = readSetting(envNameOf(prefix, key, setting), setting, reading);
  }
  for (const [key, part] of Object.entries(parts)) values[key] = readSchema(part, reading);
  return Object.freeze(values);
}

function readSetting<T>(envName: string, setting: Setting<T>, reading: Reading): T | undefined {
  const given = reading.env[envName];
  const raw = given === undefined || given === '' ? setting.defaultText : given;
  if (raw === undefined) {
    reading.faults.add(`${envName} is required: ${setting.about}`);
    return undefined;
  }
  // The builders admit the default null only where T includes it.
  if (raw === null) return null as T;
  const outcome = setting.parse(raw, reading);
  if (outcome.ok) return outcome.value;
  reading.faults.add(`${envName} ${outcome.problem}${setting.isSecret ? '' : `, not ${JSON.stringify(raw)}`}`);
  return undefined;
}

function checkSchema({ check, parts }: ConfigSchema<unknown>, config: object): string[] {
  const inner = Object.entries(parts).flatMap(([key, part]) =>
    checkSchema(part, (config as Record<string, object>)[key] ?? {}),
  );
  return [...check(config), ...inner];
}
