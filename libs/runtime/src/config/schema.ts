import type { Setting } from './setting.ts';

/** All knobs of one process: what may be set, what holds across settings, and the schemas of apps inside it. */
export interface ConfigSchema<C> {
  /** Start of the names of the environment variables: `LONGWIRE_ACCESS`. */
  readonly prefix: string;
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
  /** Schemas whose settings belong to this process too; their configs appear under their key. */
  readonly parts: Readonly<Record<string, ConfigSchema<unknown>>>;
  /** What is wrong with a config whose settings are fine one by one; each text names the settings it is about. */
  readonly check: (config: C) => readonly string[];
}

type ValuesOf<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };
type PartsOf<P> = { readonly [K in keyof P]: P[K] extends ConfigSchema<infer C> ? C : never };

/** The frozen object a schema reads the environment into. */
export type ConfigOf<Schema> = Schema extends ConfigSchema<infer C> ? C : never;

export interface ConfigDefinition<S, P> {
  readonly prefix: string;
  readonly settings: S;
  readonly parts?: P;
  readonly check?: (config: ValuesOf<S> & PartsOf<P>) => readonly string[];
}

type AnySettings = Readonly<Record<string, Setting<unknown>>>;
// `never` because a check takes its own config: no schema of anything would be assignable to ConfigSchema<unknown>.
type AnyParts = Readonly<Record<string, ConfigSchema<never>>>;

/**
 * Defines the settings of a process. The name of a variable is prefix + key in capitals, without a unit at its end. Throws
 * when two keys come to the same name: one of them could never be set apart from the other.
 */
export function defineConfig<S extends AnySettings, P extends AnyParts = Record<never, never>>(
  definition: ConfigDefinition<S, P>,
): ConfigSchema<ValuesOf<S> & PartsOf<P>> {
  const { prefix, settings, check = () => [] } = definition;
  const parts = (definition.parts ?? {}) as Readonly<Record<string, ConfigSchema<unknown>>>;
  refuseSharedNames(prefix, settings);
  return Object.freeze({ prefix, settings, parts, check });
}

function refuseSharedNames(prefix: string, settings: AnySettings): void {
  const keys = new Map<string, string>();
  for (const [key, setting] of Object.entries(settings)) {
    const envName = envNameOf(prefix, key, setting);
    const other = keys.get(envName);
    if (other !== undefined) throw new Error(`the settings ${other} and ${key} are both read from ${envName}`);
    keys.set(envName, key);
  }
}

/** Name of the environment variable of a setting. */
export function envNameOf(prefix: string, key: string, setting: Setting<unknown>): string {
  if (setting.env !== undefined) return setting.env;
  const bare = key.replace(/(?<=[a-z0-9])(Ms|Bytes)$/, '');
  return `${prefix}_${bare.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase()}`;
}

export interface NamedSetting {
  readonly envName: string;
  readonly setting: Setting<unknown>;
}

/** Every setting of a schema and its parts once, by variable name; of two that share a name the outer one is told. */
export function settingsOf(schema: ConfigSchema<never>): readonly NamedSetting[] {
  const found = new Map<string, NamedSetting>();
  const collect = ({ prefix, settings, parts }: Omit<ConfigSchema<never>, 'check'>): void => {
    for (const [key, setting] of Object.entries(settings)) {
      const envName = envNameOf(prefix, key, setting);
      if (!found.has(envName)) found.set(envName, { envName, setting });
    }
    for (const part of Object.values(parts)) collect(part);
  };
  collect(schema);
  return [...found.values()];
}
