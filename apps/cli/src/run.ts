import type { Command } from 'commander';
import { usageError } from './cli-error.ts';
import { findEndpoint } from './endpoint/endpoint.ts';
import type { EndpointOptions, Tier } from './endpoint/endpoint.ts';
import { Api } from './http/api.ts';
import type { Io } from './io.ts';
import { paintFor } from './output/paint.ts';
import type { Paint } from './output/paint.ts';

export interface GlobalOptions extends EndpointOptions {
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** One call of one command: what it reaches and how it says things. */
export interface Run {
  readonly io: Io;
  readonly isJson: boolean;
  readonly paint: Paint;
  /** Looked for when first asked for: a command needs no key for a tier that it does not call. */
  readonly api: (tier: Tier) => Api;
  /** With --json the value as one line of JSON, else the text. */
  readonly say: (value: unknown, text: () => string) => Promise<void>;
  /** A line for whoever watches, on stderr; nothing with --json. */
  readonly note: (text: string) => Promise<void>;
  /** Goes on only with --yes or a yes. */
  readonly confirm: (question: string) => Promise<void>;
}

type Body<Options> = (run: Run, options: Options & GlobalOptions, ...args: string[]) => Promise<void>;

/** The action of a command: options of the program and its own in one object, arguments behind. */
export function action<Options = object>(io: Io, body: Body<Options>): (...values: unknown[]) => Promise<void> {
  return async (...values) => {
    const command = values.at(-1) as Command;
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    await body(createRun(io, options), options, ...(command.processedArgs as string[]));
  };
}

function createRun(io: Io, options: GlobalOptions): Run {
  const isJson = options.json === true;
  return {
    io,
    isJson,
    paint: paintFor(io.out),
    api: (tier) => new Api(findEndpoint(tier, options, io.folder), io.signal),
    say: (value, text) => io.out.write(`${isJson ? JSON.stringify(value) : text()}\n`),
    note: async (text) => (isJson ? undefined : io.err.write(`${text}\n`)),
    confirm: (question) => confirm(io, options, question),
  };
}

/** Runs what goes on until it is stopped: being stopped is its good end. */
export async function untilStopped({ signal }: Io, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function confirm(io: Io, { yes }: GlobalOptions, question: string): Promise<void> {
  if (yes === true) return;
  if (!io.isInteractive) throw usageError(`${question} Nobody can be asked here`, 'Say --yes.');
  const answer = await io.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw usageError('nothing was done');
}
