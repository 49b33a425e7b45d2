import { processEnvironment } from '../config/environment.ts';
import { ConfigError, loadConfig } from '../config/load-config.ts';
import { printConfig } from '../config/print-config.ts';
import type { ConfigSchema } from '../config/schema.ts';
import { describeSettings } from '../config/describe-settings.ts';
import type { BaseConfig } from './base-config.ts';
import { withBaseSettings } from './base-config.ts';
import { KNOWN_FLAGS, parseFlags } from './flags.ts';

export interface ConfigSource<C> {
  readonly name: string;
  readonly config: ConfigSchema<C>;
}

/**
 * Does what the command line asks for. Returns the config when the app is to be run; else it has written what was asked
 * for, or every fault on a line of stderr with exit code 1, and returns undefined.
 */
export function readConfig<C>({ name, config: schema }: ConfigSource<C>): (C & BaseConfig) | undefined {
  const command = parseFlags(process.argv.slice(2));
  if (command === undefined) return refuse(name, [`known flags, one at a time: ${KNOWN_FLAGS}`]);
  const whole = withBaseSettings(schema);
  if (command === 'help') return tell(`${describeSettings(whole)}\n\nFlags: ${KNOWN_FLAGS}`);
  try {
    const config = loadConfig(whole, processEnvironment());
    if (command === 'check-config') return tell(`longwire ${name}: the config is valid`);
    if (command === 'print-config') return tell(printConfig(whole, config));
    return config;
  } catch (caught) {
    if (!(caught instanceof ConfigError)) throw caught;
    return refuse(name, caught.faults);
  }
}

function tell(text: string): undefined {
  process.stdout.write(`${text}\n`);
}

function refuse(name: string, faults: readonly string[]): undefined {
  for (const fault of faults) process.stderr.write(`longwire ${name}: ${fault}\n`);
  process.exitCode = 1;
}
