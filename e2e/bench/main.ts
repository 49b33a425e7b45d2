import { mergeIntoReadme } from './merge-command.ts';
import { readOptions, USAGE } from './options.ts';
import { runBench } from './run-bench.ts';
import { SCENARIOS } from './scenarios/all-scenarios.ts';

try {
  const options = readOptions(
    process.argv.slice(2),
    SCENARIOS.map(({ name }) => name),
  );
  if (options.isHelp) {
    const lines = SCENARIOS.map(({ name, about }) => `  ${name.padEnd(14)}${about}`);
    process.stdout.write(`${USAGE}\nscenarios:\n${lines.join('\n')}\n`);
  } else if (options.mergeFiles.length > 0) {
    process.stdout.write(`${mergeIntoReadme(options.mergeFiles)}\n`);
  } else {
    process.exitCode = await runBench(options);
  }
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
