import type { ConfigSchema } from '../config/schema.ts';
import { sharedSettings } from '../config/shared-settings.ts';
import type { LogFormat, LogLevel } from '../logger.ts';

/** What running a process needs of its config, whatever the app. */
export interface BaseConfig {
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat | null;
  readonly host: string;
  readonly portOffset: number;
  readonly adminPort: number;
  readonly nodeId: string | null;
}

const { logLevel, logFormat, host, portOffset, adminPort, nodeId } = sharedSettings;
const baseSettings = { logLevel, logFormat, host, portOffset, adminPort, nodeId };

/**
 * The schema with the settings that every process reads; where the app has one under the same key, the app's is kept.
 */
export function withBaseSettings<C>(schema: ConfigSchema<C>): ConfigSchema<C & BaseConfig> {
  return { ...schema, settings: { ...baseSettings, ...schema.settings } } as ConfigSchema<C & BaseConfig>;
}
