import type { Command } from 'commander';
import { Option } from 'commander';
import { usageError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { durationOption, listOption } from '../options.ts';
import { action } from '../run.ts';
import { readPayload } from './payload.ts';
import type { PayloadOptions } from './payload.ts';
import { sayStatus, waitUntilOver } from './status.ts';

interface PushOptions extends PayloadOptions {
  readonly room?: string;
  readonly user?: readonly string[];
  readonly device?: readonly string[];
  readonly zone?: string;
  readonly all?: boolean;
  readonly lane?: string;
  readonly ack?: boolean;
  readonly ttl?: number;
  readonly idempotencyKey?: string;
  readonly trace?: boolean;
  readonly wait?: boolean;
}

interface Pushed {
  readonly messageId: string;
  readonly acceptedAt: number;
}

export function addPush(program: Command, io: Io): void {
  program
    .command('push')
    .summary('push a message')
    .description('Pushes a message to a room, users, devices, a zone or everyone.')
    .argument('<payload>', 'a JSON object with a "cmd", @file, - for stdin, or bare words: a barrage with that text')
    .option('-r, --room <roomId>', 'to a room')
    .addOption(listOption('-u, --user <userId>', 'to users, on all their devices'))
    .addOption(listOption('-d, --device <deviceId>', 'to devices'))
    .option('-z, --zone <zoneId>', 'to all rooms of a zone')
    .option('--all', 'to everyone')
    .option('--cmd <cmd>', 'the "cmd" of the message')
    .option('--name <name>', 'who says bare words', 'longwire')
    .addOption(
      new Option('--lane <lane>', 'by default express to users and devices, else bulk').choices(['bulk', 'express']),
    )
    .option('--ack', 'stored before the answer, sent until acked; the default to users and devices')
    .option('--no-ack', 'sent once')
    .addOption(durationOption('--ttl <duration>', 'how long an unacked message is sent again'))
    .option('--idempotency-key <key>', 'the same key within 24 h: the same message, not sent twice')
    .option('--trace', 'record where the message stood, for "longwire trace"')
    .option('-w, --wait', 'wait until it is delivered or expired (a push with an ack)')
    .action(
      action<PushOptions>(io, async (run, options, given = '') => {
        const target = targetOf(options);
        const { lane, ack, ttl, idempotencyKey } = options;
        const payload = await readPayload(given, options, io);
        const body = { target, payload, lane, ack, ttlMs: ttl, idempotencyKey };
        const path = options.trace === true ? '/v1/push?trace=true' : '/v1/push';
        const what = `push to ${target.kind}`;
        const pushed = await run.api('service').call<Pushed>('POST', path, { what, body });
        if (options.wait !== true) return run.say(pushed, () => `accepted as ${pushed.messageId}`);
        // A user who is not there may come as long as the message lives, a minute by default: said, so that nobody guesses.
        await run.note(`accepted as ${pushed.messageId}; waiting until it is acked or expires`);
        await sayStatus(run, await waitUntilOver(run, pushed.messageId));
      }),
    );
}

type Target = { readonly kind: string } & Readonly<Record<string, unknown>>;

function targetOf({ room, user, device, zone, all }: PushOptions): Target {
  const targets: readonly (Target | undefined)[] = [
    room === undefined ? undefined : { kind: 'room', roomId: room },
    user === undefined ? undefined : { kind: 'user', userIds: user },
    device === undefined ? undefined : { kind: 'device', deviceIds: device },
    zone === undefined ? undefined : { kind: 'zone', zoneId: zone },
    all === true ? { kind: 'all' } : undefined,
  ];
  const [target, second] = targets.filter((each) => each !== undefined);
  if (target === undefined || second !== undefined) {
    const how = target === undefined ? 'a push needs a target' : 'a push has one target';
    throw usageError(`${how}: one of --room, --user, --device, --zone, --all`);
  }
  return target;
}
