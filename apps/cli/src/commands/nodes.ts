import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { shownStateOf } from '@longwire/domain';
import type { LinkQuality, NodeView } from '@longwire/domain';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { fit } from '../output/fit.ts';
import { LiveScreen } from '../output/live-screen.ts';
import { count, percent, rate, timeOfDay } from '../output/numbers.ts';
import type { Paint } from '../output/paint.ts';
import { plain } from '../output/plain.ts';
import { tableOf } from '../output/table.ts';
import { action, untilStopped } from '../run.ts';
import type { Run } from '../run.ts';

interface NodesAnswer {
  readonly version: number;
  readonly nodes: readonly NodeView[];
}

const REDRAW_MS = 1_000;

export function addNodes(program: Command, io: Io): void {
  program
    .command('nodes')
    .summary('access nodes and their load')
    .description('Lists the access nodes with their load, as control knows them.')
    .option('-w, --watch', 'again every second, until Ctrl-C')
    .action(
      action<{ readonly watch?: boolean }>(io, async (run, { watch }) => {
        if (watch === true) return untilStopped(io, () => watchNodes(run));
        const answer = await readNodes(run);
        await run.say(answer, () => describe(answer.nodes, run.paint));
      }),
    );
}

/** All live nodes. */
export function readNodes(run: Run): Promise<NodesAnswer> {
  return run.api('control').get<NodesAnswer>('/v1/admin/nodes', 'list the nodes');
}

async function watchNodes(run: Run): Promise<void> {
  const { io, isJson, paint } = run;
  const screen = new LiveScreen(io.out);
  const isLive = io.out.isTerminal && !isJson;
  let last: NodesAnswer | undefined;
  try {
    while (!io.signal.aborted) {
      let fault = '';
      try {
        last = await readNodes(run);
        if (!isLive) await run.say(last, () => describe(last?.nodes ?? [], paint));
      } catch (error) {
        // Control may be away for a while once it was there.
        if (last === undefined || !(error instanceof CliError)) throw error;
        fault = plain(error.message);
        if (!isLive) await run.note(fault);
      }
      const columns = io.out.columns - 1;
      const lines = describe(last.nodes, paint, columns).split('\n');
      if (isLive) await screen.draw([...lines, '', footer(paint), paint('red', fit(fault, columns))]);
      await sleep(REDRAW_MS, undefined, { signal: io.signal });
    }
  } finally {
    screen.close();
  }
}

function footer(paint: Paint): string {
  return paint('dim', `${timeOfDay(Date.now())}  Ctrl-C ends this`);
}

const STATE_STYLES = { active: 'green', draining: 'yellow', ejected: 'red' } as const;

/** The nodes as a table, the state in colour. */
export function describe(nodes: readonly NodeView[], paint: Paint, columns = Infinity): string {
  if (nodes.length === 0) return 'no access node is alive';
  const rows = nodes
    .toSorted((a, b) => a.nodeId.localeCompare(b.nodeId, 'en', { numeric: true }))
    .map((node) => {
      const { connections, capacity, cpuRatio, loopDelayMs } = node.load;
      return [
        plain(node.nodeId),
        shownStateOf(node),
        plain(node.region),
        plain(node.site),
        count(connections),
        percent(capacity === 0 ? 0 : connections / capacity),
        percent(cpuRatio),
        `${rate(loopDelayMs)} ms`,
        linkText(node.linkQuality),
        String(node.weight),
        plain(node.version),
      ];
    });
  const right = { align: 'right' } as const;
  const head = [
    { name: 'node' },
    { name: 'state' },
    { name: 'region' },
    { name: 'site' },
    { name: 'connections', ...right },
    { name: 'full', ...right },
    { name: 'cpu', ...right },
    { name: 'loop', ...right },
    { name: 'link', ...right },
    { name: 'weight', ...right },
    { name: 'version' },
  ];
  const [names = '', ...lines] = tableOf(head, rows)
    .split('\n')
    .map((line) => fit(line, columns));
  return [paint('bold', names), ...lines.map((line) => paintState(line, paint))].join('\n');
}

/** `12.3 ms, 2% bad`: the mean round trip, and the share of reports that tell of a bad link. */
function linkText(quality: LinkQuality | null | undefined): string {
  if (quality === null || quality === undefined) return '-';
  const { rttMs, badRatio } = quality;
  return [...(rttMs === null ? [] : [`${rate(rttMs)} ms`]), `${percent(badRatio)} bad`].join(', ');
}

function paintState(line: string, paint: Paint): string {
  return line.replace(/\b(active|draining|ejected)\b/, (state) =>
    paint(STATE_STYLES[state as keyof typeof STATE_STYLES], state),
  );
}
