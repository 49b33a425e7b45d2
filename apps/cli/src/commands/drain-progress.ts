import type { NodeView } from '@longwire/domain';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, EXIT } from '../cli-error.ts';
import { fit } from '../output/fit.ts';
import { count, percent, span } from '../output/numbers.ts';
import type { Run } from '../run.ts';
import { readNodes } from './nodes.ts';

const POLL_MS = 500;
const BAR_COLUMNS = 30;

/**
 * Follows a node that drains until it has no connection or is gone, by a bar that is drawn over itself, by lines where there
 * is no terminal, or by lines of JSON.
 */
export async function followDrain(run: Run, node: NodeView, timeoutMs: number): Promise<void> {
  const { nodeId } = node;
  const startedAt = performance.now();
  const most = { connections: node.load.connections };
  let last = -1;
  for (;;) {
    const left = await connectionsOf(run, nodeId, last);
    most.connections = Math.max(most.connections, left ?? 0);
    if (left !== undefined && left !== last) await tell(run, { nodeId, left, of: most.connections });
    last = left ?? 0;
    if (last === 0) break;
    if (performance.now() - startedAt > timeoutMs) {
      throw new CliError(`${nodeId} still has ${count(last)} connections`, { hint: 'It goes on draining.' });
    }
    await sleep(POLL_MS, undefined, { signal: run.io.signal }).catch((cause: unknown) => {
      const message = `stopped following; ${nodeId} goes on draining`;
      throw new CliError(message, { exitCode: EXIT.interrupted, hint: `"longwire restore ${nodeId}" ends it.`, cause });
    });
  }
  const tookMs = Math.round(performance.now() - startedAt);
  const drained = { type: 'drained', nodeId, of: most.connections, tookMs };
  await run.say(
    drained,
    () => `${end(run)}${nodeId} is empty: ${count(most.connections)} connections left in ${span(tookMs)}`,
  );
}

/** Undefined when the node is gone; as before when control does not answer just now: the drain needs it no more. */
async function connectionsOf(run: Run, nodeId: string, before: number): Promise<number | undefined> {
  try {
    const { nodes } = await readNodes(run);
    return nodes.find((each) => each.nodeId === nodeId)?.load.connections;
  } catch (error) {
    const isPassing = error instanceof CliError && (error.status === undefined || error.status >= 500);
    if (!isPassing || before < 0) throw error;
    return before;
  }
}

interface Progress {
  readonly nodeId: string;
  readonly left: number;
  readonly of: number;
}

async function tell(run: Run, { nodeId, left, of }: Progress): Promise<void> {
  const { out } = run.io;
  if (run.isJson) return run.say({ type: 'progress', nodeId, connections: left, of }, String);
  const text = `${nodeId}  ${count(left)} of ${count(of)} connections left`;
  await out.write(out.isTerminal ? `\r${fit(`${barOf(of, left)}  ${text}`, out.columns - 1)}\u001b[K` : `${text}\n`);
}

function end({ io }: Run): string {
  return io.out.isTerminal ? '\r\u001b[K' : '';
}

/** `███████░░░  70%` */
export function barOf(of: number, left: number): string {
  const ratio = of === 0 ? 1 : (of - left) / of;
  const full = Math.floor(ratio * BAR_COLUMNS);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_COLUMNS - full)} ${percent(ratio).padStart(4)}`;
}
