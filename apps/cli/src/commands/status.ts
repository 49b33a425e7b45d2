import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { MessageReport } from '@longwire/domain';
import { CliError } from '../cli-error.ts';
import { segment } from '../http/api.ts';
import type { Io } from '../io.ts';
import { action } from '../run.ts';
import type { Run } from '../run.ts';

const POLL_MS = 250;

export function addStatus(program: Command, io: Io): void {
  program
    .command('status')
    .summary('how far a message has come')
    .description('Tells how far a message that was pushed with an ack has come. Expired with --wait: exit code 1.')
    .argument('<messageId>')
    .option('-w, --wait', 'wait until it is delivered or expired')
    .action(
      action<{ readonly wait?: boolean }>(io, async (run, { wait }, messageId = '') => {
        await sayStatus(run, await (wait === true ? waitUntilOver : readStatus)(run, messageId), wait);
      }),
    );
}

function readStatus(run: Run, messageId: string): Promise<MessageReport> {
  return run.api('service').get<MessageReport>(`/v1/messages/${segment(messageId)}`, `status of ${messageId}`);
}

/** Asks until the message is delivered or expired. */
export async function waitUntilOver(run: Run, messageId: string): Promise<MessageReport> {
  for (;;) {
    const status = await readStatus(run, messageId);
    if (status.status !== 'pending') return status;
    await sleep(POLL_MS, undefined, { signal: run.io.signal });
  }
}

/** Says a status; one that was waited for and expired is a failure. */
export async function sayStatus(run: Run, status: MessageReport, isAwaited = true): Promise<void> {
  const { messageId, targets, acked, attempts } = status;
  await run.say(status, () => `${messageId} ${status.status}: acked by ${acked} of ${targets}, sent ${attempts} times`);
  if (isAwaited && status.status === 'expired') throw new CliError(`${messageId} expired before everyone acked it`);
}
