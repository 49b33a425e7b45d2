import type { ConfigSchema } from './schema.ts';
import { settingsOf } from './schema.ts';
import type { Setting } from './setting.ts';

/** The settings as a markdown table, for a README. */
export function describeSettings<C>(schema: ConfigSchema<C>): string {
  const rows = settingsOf(schema as ConfigSchema<never>).map(({ envName, setting }) => {
    const cells = [`\`${envName}\``, setting.type, showDefault(setting), setting.range || '-', setting.about];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Setting | Type | Default | Range | Meaning |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function showDefault({ defaultText, isSecret }: Setting<unknown>): string {
  if (defaultText === undefined) return 'required';
  if (defaultText === null || defaultText === '') return 'none';
  return isSecret ? 'set' : `\`${defaultText}\``;
}
