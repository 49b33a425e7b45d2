import { connect, TicketError } from '@longwire/client';
import type { ClosedState } from '@longwire/client';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { listOption, parseCount } from '../options.ts';
import { action, untilStopped } from '../run.ts';
import type { Run } from '../run.ts';
import { requestTicket } from './token.ts';
import type { ConnectOptions, Ticket } from './token.ts';
import { createLineView } from './watch-lines.ts';
import { createScreenView } from './watch-screen.ts';
import type { WatchChange, WatchView } from './watch-view.ts';

interface WatchOptions extends ConnectOptions {
  readonly cmd?: readonly string[];
  readonly count?: number;
}

export function addWatch(program: Command, io: Io): void {
  program
    .command('watch')
    .summary('follow a room live')
    .description(
      'Joins a room as a viewer and shows what comes: a live view in a terminal, lines elsewhere. Until Ctrl-C.',
    )
    .argument('<roomId>')
    .option('-u, --user <userId>', 'as this user; default: a guest')
    .option('-d, --device <deviceId>', 'on this device; default: one made up')
    .option('--region <region>', 'from this region')
    .addOption(listOption('--cmd <cmd>', 'only messages with this "cmd"'))
    .option('-n, --count <messages>', 'end after so many', parseCount(1, Number.MAX_SAFE_INTEGER))
    .action(
      action<WatchOptions>(io, async (run, options, roomId = '') => {
        await untilStopped(io, () => watchRoom(run, roomId, options));
      }),
    );
}

async function watchRoom(run: Run, roomId: string, options: WatchOptions): Promise<void> {
  // Asked for here: a wrong key or a control that is away is an error, not something to try again for ever.
  const first = await requestTicket(run, { ...options, room: roomId });
  const view = run.io.out.isTerminal && !run.isJson ? createScreenView(run, roomId) : createLineView(run);
  try {
    await watch(run, { first, roomId, options, view });
  } finally {
    view.close();
  }
}

interface Watching {
  readonly first: Ticket;
  readonly roomId: string;
  readonly options: WatchOptions;
  readonly view: WatchView;
}

async function watch(run: Run, { first, roomId, options, view }: Watching): Promise<void> {
  const { cmd, count = Infinity } = options;
  const stop = new AbortController();
  let ticket: Ticket | undefined = first;
  const getToken = async (): Promise<Ticket> => {
    const given = ticket ?? (await newTicket(run, { ...options, room: roomId }));
    ticket = undefined;
    return given;
  };
  const signal = AbortSignal.any([run.io.signal, stop.signal]);
  const client = connect({ getToken, rooms: [roomId], platform: 'cli', signal });
  let seen = 0;
  client.on(cmd ?? '*', async (message) => {
    if (seen >= count) return;
    seen += 1;
    await view.onMessage(message);
    if (seen === count) stop.abort();
  });
  const tell = (change: WatchChange): void => void view.onChange(change);
  client.when('state', (state) => signal.aborted || tell({ type: 'state', state }));
  let last: number | undefined;
  client.when('online', (online) => {
    if (online.online !== last) tell({ type: 'online', ...online });
    last = online.online;
  });
  client.when('gap', (gap) => tell({ type: 'gap', ...gap }));
  client.when('fault', ({ kind, detail }) => tell({ type: 'fault', kind, detail }));
  const closed = await client.closed;
  if (!signal.aborted) throw closedError(roomId, closed);
}

async function newTicket(run: Run, options: ConnectOptions): Promise<Ticket> {
  try {
    return await requestTicket(run, options);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { status = 503 } = error;
    throw new TicketError(error.message, { isFinal: status < 500 && status !== 408 && status !== 429 });
  }
}

function closedError(roomId: string, { code, reason }: ClosedState): CliError {
  return new CliError(`watching ${roomId} ended: ${reason} (${code})`, {
    hint: 'protos/WIRE.md tells what the codes mean.',
  });
}
