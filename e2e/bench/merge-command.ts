import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mergeRuns } from './core/merge-runs.ts';
import { renderRuns, replaceBlock } from './report/markdown.ts';
import { readReport } from './report/read-report.ts';

const README = fileURLToPath(new URL('README.md', import.meta.url));

/** Writes what these reports say together into the README, and returns what it wrote. */
export function mergeIntoReadme(files: readonly string[], readme = README): string {
  const block = renderRuns(mergeRuns(files.map(readReport)));
  writeFileSync(readme, replaceBlock(readFileSync(readme, 'utf8'), 'runs', block));
  return block;
}
