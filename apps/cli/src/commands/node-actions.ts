import { Option } from 'commander';
import type { Command } from 'commander';
import type { NodeView } from '@longwire/domain';
import { segment } from '../http/api.ts';
import type { Io } from '../io.ts';
import { durationOption, parseNumber } from '../options.ts';
import { action } from '../run.ts';
import type { Run } from '../run.ts';
import { followDrain } from './drain-progress.ts';

/** A decision is noted also for a node that is away, and holds once it is back. */
export type Decision = NodeView | { readonly nodeId: string; readonly isAlive: false };

interface DrainOptions {
  readonly wait: boolean;
  readonly timeout?: number;
}

const NODE = 'as "longwire nodes" shows it';
const MAX_WEIGHT = 100;

export function addNodeActions(program: Command, io: Io): void {
  program
    .command('drain')
    .summary('empty a node')
    .description(
      'Takes a node off the list and sends its clients elsewhere, a few at a time. Follows until it is empty; Ctrl-C ends the following, not the drain.',
    )
    .argument('<node>', NODE)
    .addOption(new Option('--no-wait', 'only begin'))
    .addOption(durationOption('--timeout <duration>', 'give up following after so long: exit code 1'))
    .action(
      action<DrainOptions>(io, async (run, { wait, timeout }, nodeId = '') => {
        await run.confirm(`Drain ${nodeId}?`);
        const decision = await decide(run, 'drain', nodeId);
        if (!wait || !('load' in decision)) return sayDecision(run, decision);
        await followDrain(run, decision, timeout ?? Infinity);
      }),
    );
  program
    .command('eject')
    .summary('take a node off the list at once')
    .description('Takes a node off the list at once: no new clients. Those it has stay; "drain" sends them away.')
    .argument('<node>', NODE)
    .action(
      action(io, async (run, _options, nodeId = '') => {
        await run.confirm(`Eject ${nodeId}?`);
        await sayDecision(run, await decide(run, 'eject', nodeId));
      }),
    );
  program
    .command('restore')
    .summary('take a node back into service')
    .description('Puts a drained or ejected node back on the list.')
    .argument('<node>', NODE)
    .action(action(io, async (run, _options, nodeId = '') => sayDecision(run, await decide(run, 'restore', nodeId))));
  program
    .command('weight')
    .summary("set a node's weight")
    .description('Sets how many clients a node gets: 1 is usual, 2 twice as many, 0 none.')
    .argument('<node>', NODE)
    .argument('<weight>', `from 0 to ${MAX_WEIGHT}`, parseNumber(0, MAX_WEIGHT))
    .action(
      action(io, async (run, _options, nodeId = '', weight = '') => {
        const path = `/v1/admin/nodes/${segment(nodeId)}/weight`;
        const body = { weight: Number(weight) };
        const what = `set the weight of ${nodeId}`;
        await sayDecision(run, await run.api('control').call<Decision>('PUT', path, { what, body }));
      }),
    );
}

function decide(run: Run, verb: 'drain' | 'eject' | 'restore', nodeId: string): Promise<Decision> {
  const path = `/v1/admin/nodes/${segment(nodeId)}/${verb}`;
  return run.api('control').call<Decision>('POST', path, { what: `${verb} ${nodeId}` });
}

async function sayDecision(run: Run, decision: Decision): Promise<void> {
  await run.say(decision, () => {
    if (!('load' in decision)) return `${decision.nodeId} is away; this holds once it is back`;
    const { nodeId, state, weight, load } = decision;
    return `${nodeId} is ${state}, weight ${weight}, ${load.connections} connections`;
  });
}
