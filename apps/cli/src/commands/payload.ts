import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from '../cli-error.ts';
import type { Io } from '../io.ts';

export interface PayloadOptions {
  readonly cmd?: string;
  readonly name?: string;
}

/**
 * The payload of a push: a JSON object, `@file` or `-` (stdin) with one, or bare words, which become the text of a barrage as the
 * live room shows it.
 */
export async function readPayload(given: string, options: PayloadOptions, io: Io): Promise<Record<string, unknown>> {
  const text = await textOf(given, io);
  if (!/^\s*\{/.test(text)) {
    if (text !== given) throw usageError(`${given} holds no JSON object`);
    return { cmd: options.cmd ?? 'DANMU_MSG', name: options.name ?? 'longwire', text };
  }
  const payload = parse(text);
  if (options.cmd !== undefined) payload['cmd'] = options.cmd;
  if (typeof payload['cmd'] === 'string' && payload['cmd'] !== '') return payload;
  throw usageError(
    'the payload has no string "cmd"',
    'Every message has one: {"cmd":"DANMU_MSG","text":"hello"}, or --cmd.',
  );
}

async function textOf(given: string, io: Io): Promise<string> {
  if (given === '-') return io.readStdin();
  if (!given.startsWith('@')) return given;
  try {
    return readFileSync(resolve(io.folder, given.slice(1)), 'utf8');
  } catch (cause) {
    throw usageError(`${given.slice(1)} cannot be read: ${(cause as Error).message}`);
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw usageError(`the payload is no JSON: ${(cause as Error).message}`);
  }
}
