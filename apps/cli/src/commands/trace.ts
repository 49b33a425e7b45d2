import type { Command } from 'commander';
import type { TraceView } from '@longwire/domain';
import { segment } from '../http/api.ts';
import type { Io } from '../io.ts';
import { timeOfDay } from '../output/numbers.ts';
import { plain } from '../output/plain.ts';
import { tableOf } from '../output/table.ts';
import { action } from '../run.ts';

export function addTrace(program: Command, io: Io): void {
  program
    .command('trace')
    .summary('where each stage of a message stood')
    .description('Shows the way of one message, with times: of messages pushed with --trace or with an express ack.')
    .argument('<messageId>')
    .action(
      action(io, async (run, _options, messageId = '') => {
        const path = `/v1/messages/${segment(messageId)}/trace`;
        const trace = await run.api('service').get<TraceView>(path, `trace ${messageId}`);
        await run.say(trace, () => describe(trace));
      }),
    );
}

function describe({ messageId, target, lane, acceptedAt, spans, isCut }: TraceView): string {
  const start = acceptedAt ?? spans[0]?.at ?? 0;
  const to = target === null ? '' : ` to ${targetText(target)}`;
  const rows = spans.map(({ stage, at, process, detail }) => [
    `+${at - start} ms`,
    plain(stage),
    plain(process),
    Object.entries(detail)
      .map(([name, value]) => plain(`${name}=${String(value)}`))
      .join(' '),
  ]);
  const head = [{ name: 'after', align: 'right' }, { name: 'stage' }, { name: 'process' }, { name: 'detail' }] as const;
  const lines = [
    `${plain(messageId)}  ${plain(lane)}${to}  accepted ${acceptedAt === null ? 'at an unknown time' : timeOfDay(acceptedAt)}`,
    tableOf(head, rows),
  ];
  return [...lines, ...(isCut ? ['(more happened than is kept)'] : [])].join('\n');
}

function targetText({ kind, ...ids }: NonNullable<TraceView['target']>): string {
  return plain([kind, ...Object.values(ids).flat()].join(' '));
}
