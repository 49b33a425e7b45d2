import type { ConfigSchema } from './schema.ts';
import type { Setting } from './setting.ts';

const REDACTED = '[redacted]';

/** The config as indented JSON, key by key as the schema has it; secrets and passwords inside URLs are redacted. */
export function printConfig<C>(schema: ConfigSchema<C>, config: C): string {
  return JSON.stringify(redact(schema as ConfigSchema<unknown>, config as Record<string, unknown>), null, 2);
}

function redact({ settings, parts }: ConfigSchema<unknown>, config: Record<string, unknown>): object {
  const values = Object.entries(settings).map(([key, setting]) => [key, show(setting, config[key])]);
  const inner = Object.entries(parts).map(([key, part]) => [key, redact(part, config[key] as Record<string, unknown>)]);
  return Object.fromEntries([...values, ...inner]);
}

function show({ isSecret }: Setting<unknown>, value: unknown): unknown {
  if (isSecret) return isNothing(value) ? value : REDACTED;
  return typeof value === 'string' ? redactUrls(value) : value;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

/** Blanks user and password of every URL in a text. */
export function redactUrls(value: string): string {
  return value.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, `$1${REDACTED}@`);
}
