import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { usageError } from '../cli-error.ts';

/** What `npm start` and `npm run cluster` leave behind while they run, as far as it is needed here. */
export interface ReadyFile {
  readonly path: string;
  readonly control: string;
  readonly service: string;
  readonly apiKey: string;
}

/** `ready.json` of the state folder, or the nearest `.longwire/ready.json` from `folder` upwards. */
export function findReadyFile(folder: string, stateDir: string | undefined): ReadyFile | undefined {
  if (stateDir !== undefined) {
    const path = join(resolve(folder, stateDir), 'ready.json');
    return existsSync(path) ? readReadyFile(path) : undefined;
  }
  const path = join(folder, '.longwire', 'ready.json');
  if (existsSync(path)) return readReadyFile(path);
  return dirname(folder) === folder ? undefined : findReadyFile(dirname(folder), undefined);
}

function readReadyFile(path: string): ReadyFile {
  const report = parse(path);
  const textOf = (name: string): string => {
    const value = report[name];
    if (typeof value === 'string') return value;
    throw usageError(
      `${path} has no "${name}"`,
      'Start Longwire again, or say --control, --service and a key yourself.',
    );
  };
  return { path, control: textOf('control'), service: textOf('service'), apiKey: textOf('apiKey') };
}

function parse(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw usageError(`${path} cannot be read: ${(cause as Error).message}`);
  }
}
