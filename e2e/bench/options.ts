import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Names to run; empty runs all. */
  readonly scenarios: readonly string[];
  readonly isQuick: boolean;
  /** Hold this code against the committed ratios, with wide margins. */
  readonly isGate: boolean;
  readonly seed: number;
  /** An older report to compare with. */
  readonly compareWith?: string;
  /** Where the JSON goes besides the results folder. */
  readonly jsonFile?: string;
  /** Write CPU profiles of every tier. */
  readonly isProfiled: boolean;
  /** Reports to put together into the README instead of running anything; empty runs. */
  readonly mergeFiles: readonly string[];
  readonly isHelp: boolean;
}

export const USAGE = `npm run bench -- [options]

  --quick               smaller and shorter, under three minutes
  --scenario <name>     only this one; may be given several times
  --compare <file>      holds the ratios against those of an older run; exit code 1 when one got worse
  --gate                only what counts and CPU ratios tell in a minute, held against baseline.json with wide margins
  --json <file>         writes the results there too
  --merge <file> ...    runs nothing: writes median, min and max of two or more results into README.md
  --profile             writes CPU profiles of every tier and lists where the time goes
  --seed <number>       of the barrage, default 1
`;

/** Reads the command line; throws an Error with one line on what is wrong. */
export function readOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      gate: { type: 'boolean', default: false },
      scenario: { type: 'string', multiple: true, default: [] },
      compare: { type: 'string' },
      json: { type: 'string' },
      merge: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.merge && positionals.length < 2) throw new Error('--merge takes two or more files of results');
  if (!values.merge && positionals.length > 0) throw new Error(`what is "${positionals[0]}"? files belong to --merge`);
  const unknown = values.scenario.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`no scenario "${unknown}"; there are ${known.join(', ')}`);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed takes a whole number, not "${values.seed}"`);
  return {
    scenarios: values.scenario,
    isQuick: values.quick || values.gate,
    isGate: values.gate,
    seed,
    isProfiled: values.profile,
    mergeFiles: positionals,
    isHelp: values.help,
    ...(values.compare === undefined ? {} : { compareWith: values.compare }),
    ...(values.json === undefined ? {} : { jsonFile: values.json }),
  };
}
