import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from '../cli-error.ts';
import { findReadyFile } from './ready-file.ts';
import type { ReadyFile } from './ready-file.ts';

export interface EndpointOptions {
  readonly control?: string;
  readonly service?: string;
  readonly apiKey?: string;
  readonly apiKeyFile?: string;
  readonly stateDir?: string;
}

export type Tier = 'control' | 'service';

/** Where a tier is, and the key for it. */
export interface Endpoint {
  readonly tier: Tier;
  readonly url: string;
  readonly apiKey: string;
  /** Where both were found, for errors. */
  readonly urlFrom: string;
  readonly keyFrom: string;
}

const DEFAULT_URLS: Readonly<Record<Tier, string>> = {
  control: 'http://127.0.0.1:7100',
  service: 'http://127.0.0.1:7200',
};

/**
 * Options and environment before `ready.json`, that before the default ports. The key of `ready.json` goes only to the
 * addresses of `ready.json`: whoever names another address names a key for it too.
 */
export function findEndpoint(tier: Tier, options: EndpointOptions, folder: string): Endpoint {
  const ready = findReadyFile(folder, options.stateDir);
  const given = options[tier];
  const [url, urlFrom] = addressOf(tier, given, ready);
  const [apiKey, keyFrom] = givenKey(options, folder) ?? readyKey(tier, given === undefined ? ready : undefined);
  return { tier, url: checkUrl(tier, url), apiKey, urlFrom, keyFrom };
}

function addressOf(tier: Tier, given: string | undefined, ready: ReadyFile | undefined): readonly [string, string] {
  if (given !== undefined) return [given, `--${tier}`];
  return ready === undefined ? [DEFAULT_URLS[tier], 'the default'] : [ready[tier], ready.path];
}

function givenKey({ apiKey, apiKeyFile }: EndpointOptions, folder: string): readonly [string, string] | undefined {
  if (apiKeyFile !== undefined) return [readKeyFile(apiKeyFile, folder), apiKeyFile];
  return apiKey === undefined || apiKey === '' ? undefined : [apiKey, '--api-key or LONGWIRE_API_KEY'];
}

function readyKey(tier: Tier, ready: ReadyFile | undefined): readonly [string, string] {
  if (ready !== undefined) return [ready.apiKey, ready.path];
  throw usageError(
    `there is no API key for ${tier}`,
    'Set LONGWIRE_API_KEY or say --api-key-file; beside a Longwire that was started here neither is needed.',
  );
}

function readKeyFile(path: string, folder: string): string {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : resolve(folder, path), 'utf8');
  } catch (cause) {
    throw usageError(`--api-key-file ${path} cannot be read: ${(cause as Error).message}`);
  }
  const key = text.trim();
  if (key === '') throw usageError(`--api-key-file ${path} is empty`);
  return key;
}

function checkUrl(tier: Tier, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw usageError(`--${tier} must be an http or https address, not "${text}"`);
  }
  return text.replace(/\/+$/, '');
}
