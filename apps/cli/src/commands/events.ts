import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { CLIENT_EVENT_TYPES } from '@longwire/domain';
import { createParser } from 'eventsource-parser';
import type { EventSourceMessage } from 'eventsource-parser';
import { CliError, EXIT } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { listOption } from '../options.ts';
import { timeOfDay } from '../output/numbers.ts';
import { plain } from '../output/plain.ts';
import { action, untilStopped } from '../run.ts';
import type { Run } from '../run.ts';

interface EventsOptions {
  readonly type?: readonly string[];
  readonly after?: string;
}

interface ClientEvent {
  readonly type: string;
  readonly eventId: string;
  readonly roomId?: string;
  /** `0` for a guest. */
  readonly userId: string;
  readonly deviceId: string;
  readonly data?: unknown;
  readonly at: number;
}

const RETRY_MS = 1_000;
const MAX_EVENT_CHARS = 1024 * 1024;

export function addEvents(program: Command, io: Io): void {
  program
    .command('events')
    .summary('follow what happens at the clients')
    .description(
      'Follows who enters and leaves rooms and what clients send, until Ctrl-C; goes on where it was after the service was away.',
    )
    .addOption(listOption('-t, --type <type>', 'only these', CLIENT_EVENT_TYPES))
    .option('--after <id>', 'begin after this id, as --json shows it; default: with what happens now')
    .action(action<EventsOptions>(io, (run, options) => untilStopped(io, () => followEvents(run, options))));
}

async function followEvents(run: Run, { type, after }: EventsOptions): Promise<void> {
  const { signal } = run.io;
  let lastId = after;
  let wasOpen = false;
  const onEvent = async (message: EventSourceMessage): Promise<void> => {
    lastId = message.id ?? lastId;
    await sayEvent(run, message);
  };
  while (!signal.aborted) {
    try {
      await readEvents(run, { types: type?.join(',') ?? '', lastId, onOpen: () => (wasOpen = true), onEvent });
    } catch (error) {
      // Refused, or never reached: said at once. A stream that ended is taken up again.
      if (!wasOpen || signal.aborted || isRefusal(error)) throw error;
      await run.note(`${error instanceof Error ? error.message : String(error)}; trying again`);
    }
    await sleep(RETRY_MS * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof CliError && error.status !== undefined && error.status < 500 && error.status !== 429;
}

interface Reading {
  readonly types: string;
  readonly lastId: string | undefined;
  readonly onOpen: () => void;
  readonly onEvent: (message: EventSourceMessage) => Promise<void>;
}

async function readEvents(run: Run, { types, lastId, onOpen, onEvent }: Reading): Promise<void> {
  const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
  const body = await run.api('service').open(`/v1/events?types=${types}`, 'follow the events', headers);
  onOpen();
  let come: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => come.push(message), maxBufferSize: MAX_EVENT_CHARS });
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    parser.feed(text);
    for (const message of come) await onEvent(message);
    come = [];
  }
}

async function sayEvent(run: Run, { id, event, data }: EventSourceMessage): Promise<void> {
  if (event === 'gap') {
    await run.say({ type: 'gap' }, () => run.paint('yellow', '(events are missing here: no longer kept)'));
    return;
  }
  const value = parse(data);
  await run.say({ id, ...value }, () => describe(value, run));
}

function parse(data: string): ClientEvent {
  try {
    return JSON.parse(data) as ClientEvent;
  } catch (cause) {
    throw new CliError('the service sent an event that is no JSON', { exitCode: EXIT.failed, cause });
  }
}

function describe({ type, roomId, userId, deviceId, data, at }: ClientEvent, { paint }: Run): string {
  const who = plain(`${userId === '0' ? 'guest' : userId} (${deviceId})`);
  const what = type === 'uplink' ? plain(JSON.stringify(data)) : plain(roomId ?? '');
  return `${paint('dim', timeOfDay(at))}  ${paint('cyan', plain(type).padEnd(10))}  ${who}  ${what}`;
}
