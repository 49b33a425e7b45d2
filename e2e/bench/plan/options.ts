import { parseArgs } from 'node:util';
import { DEFAULT_WINDOW } from './room-flows.ts';
import { ASSUMPTIONS } from './sizing.ts';
import type { Assumptions, Wish } from './sizing.ts';

export interface PlanOptions {
  readonly wish: Wish;
  readonly assumed: Assumptions;
  readonly costsFile?: string;
  /** Measure this machine's unit costs first. */
  readonly isMeasuring: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

export const PLAN_USAGE = `npm run plan -- [options]

what you want
  --viewers <n>       at once, in all rooms (1000000)
  --rooms <n>         rooms that are live at once (10000)
  --rate <n>          messages a second, in all rooms together (10000)
  --skew <n>          how uneven rooms are, Zipf's exponent; 0 makes them alike (1)
  --form lean|rich    messages of about 140 B or 1.8 KB (lean)
  --window <ms>       aggregation window (${DEFAULT_WINDOW.windowMs})
  --express <n>       pushes a second to one device each, with ack (viewers / 10000)
  --connects <n>      new connections a second (viewers / 600)

what is assumed
  --utilization <n>   share of a core that may be busy (${ASSUMPTIONS.utilization})
  --per-node <n>      connections an access process may hold (${ASSUMPTIONS.connectionsPerNode})
  --gbit <n>          of an access node's network (${ASSUMPTIONS.nodeGbitPerSec})
  --memory <GiB>      of an access node (${ASSUMPTIONS.nodeMemoryGib})

where the costs come from
  --measure           measures them here first, about four minutes, and says how well they predict other loads
  --costs <file>      unit costs measured elsewhere

  --json              the plan as JSON
`;

const MAX_ROOMS = 10_000_000;

/** Reads the command line; throws an Error with one line on what is wrong. */
export function readPlanOptions(args: readonly string[]): PlanOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      viewers: text,
      rooms: text,
      rate: text,
      skew: text,
      form: text,
      window: text,
      express: text,
      connects: text,
      utilization: text,
      'per-node': text,
      gbit: text,
      memory: text,
      costs: text,
      measure: flag,
      json: flag,
      help: flag,
    },
  });
  const viewers = readNumber('viewers', values.viewers, { standard: 1_000_000, max: 1e10 });
  const form = values.form ?? 'lean';
  if (form !== 'lean' && form !== 'rich') throw new Error(`--form takes lean or rich, not "${form}"`);
  return {
    wish: {
      viewers,
      form,
      rooms: readNumber('rooms', values.rooms, { standard: 10_000, min: 1, max: MAX_ROOMS }),
      rate: readNumber('rate', values.rate, { standard: 10_000, max: 1e9 }),
      skew: readNumber('skew', values.skew, { standard: 1, max: 4 }),
      windowMs: readNumber('window', values.window, { standard: DEFAULT_WINDOW.windowMs, min: 1, max: 60_000 }),
      expressPerSec: readNumber('express', values.express, { standard: viewers / 10_000, max: 1e9 }),
      connectsPerSec: readNumber('connects', values.connects, { standard: viewers / 600, max: 1e9 }),
    },
    assumed: {
      ...ASSUMPTIONS,
      utilization: readNumber('utilization', values.utilization, {
        standard: ASSUMPTIONS.utilization,
        min: 0.1,
        max: 1,
      }),
      connectionsPerNode: readNumber('per-node', values['per-node'], {
        standard: ASSUMPTIONS.connectionsPerNode,
        min: 1,
        max: 1e7,
      }),
      nodeGbitPerSec: readNumber('gbit', values.gbit, { standard: ASSUMPTIONS.nodeGbitPerSec, min: 0.01, max: 1e4 }),
      nodeMemoryGib: readNumber('memory', values.memory, { standard: ASSUMPTIONS.nodeMemoryGib, min: 0.5, max: 1e5 }),
    },
    isMeasuring: values.measure,
    isJson: values.json,
    isHelp: values.help,
    ...(values.costs === undefined ? {} : { costsFile: values.costs }),
  };
}

function readNumber(
  name: string,
  text: string | undefined,
  { standard, min = 0, max }: { readonly standard: number; readonly min?: number; readonly max: number },
): number {
  if (text === undefined) return standard;
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max)) {
    throw new Error(`--${name} takes a number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}
