import { existsSync, globSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { outputOfTask } from './nx-output.ts';
import { runNode } from './run-command.ts';
import type { StepResult } from './tally.ts';

const testTargets = ['test', 'int', 'e2e'];

type RunRecord = {
  readonly tasks: readonly {
    readonly taskId: string;
    readonly target: string;
    readonly hash: string;
    readonly status: number;
  }[];
};

/** The bin of an installed package, to be run with the pinned Node. */
export function binOf(root: string, name: string): string {
  return realpathSync(join(root, 'node_modules/.bin', name));
}

/** True when some project has the target: nx itself would complain about a target nobody has. */
export function hasTarget(root: string, target: string): boolean {
  const manifests = globSync(['apps/*/package.json', 'libs/*/package.json', '{e2e,protos}/package.json'], {
    cwd: root,
  });
  return [...manifests, 'infra/workspace/package.json'].some((path) => {
    const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
      nx?: { targets?: Record<string, unknown> };
    };
    return manifest.nx?.targets?.[target] !== undefined;
  });
}

export type NxRun = { readonly targets: readonly string[]; readonly parallel: number; readonly isLive: boolean };

/**
 * Runs targets of all projects and returns one result per task, replayed from the cache or not. nx leaves a record of
 * the run and the output of cacheable tasks beside its cache; that tells tasks apart where mixed output would not.
 */
export async function runTargets(root: string, { targets, parallel, isLive }: NxRun): Promise<StepResult[]> {
  const record = join(root, '.nx/cache/run.json');
  rmSync(record, { force: true });
  const style = isLive ? 'stream' : 'static';
  const args = ['run-many', '-t', ...targets, `--parallel=${parallel}`, `--output-style=${style}`, '--nxBail=false'];
  const { exitCode, output } = await runNode([binOf(root, 'nx'), ...args], root);
  if (!existsSync(record)) return [{ name: `nx ${targets.join(' ')}`, kind: 'check', exitCode: exitCode || 1, output }];
  const { tasks } = JSON.parse(readFileSync(record, 'utf8')) as RunRecord;
  const results = tasks.map((task): StepResult => ({
    name: task.taskId,
    kind: testTargets.includes(task.target) ? 'tests' : 'check',
    exitCode: task.status,
    output: readCached(root, task.hash) ?? outputOfTask(output, task.taskId),
  }));
  // A failure that no task shows (a task nx never started, say) must not get lost.
  const isUnexplained = exitCode !== 0 && results.every((result) => result.exitCode === 0);
  return isUnexplained ? [...results, { name: `nx ${targets.join(' ')}`, kind: 'check', exitCode, output }] : results;
}

// Only cacheable tasks leave a file.
function readCached(root: string, hash: string): string | undefined {
  const path = join(root, '.nx/cache/terminalOutputs', hash);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
