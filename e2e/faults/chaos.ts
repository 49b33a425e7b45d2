import { setTimeout as delay } from 'node:timers/promises';
import { between, pick } from './seeded-random.ts';
import type { Random } from './seeded-random.ts';
import type { Topology } from './topology/topology.ts';

const ACTS = ['kill', 'stop', 'cut', 'freeze'] as const;
type Act = (typeof ACTS)[number];

/** What is done to whom: drawn beforehand, so that one seed gives one sequence however the machine is loaded. */
export interface Blow {
  readonly victim: string;
  readonly act: Act;
  readonly forMs: number;
  /** Until the next one, once all are well again. */
  readonly restMs: number;
}

const LONGEST_MS = 4000;
const WELL_WITHIN_MS = 40_000;

/** Draws a sequence of blows: every victim once before any a second time, each with a fault of a random kind. */
export function drawBlows(random: Random, victims: readonly string[], count: number): readonly Blow[] {
  const blows: Blow[] = [];
  let waiting: string[] = [];
  while (blows.length < count) {
    if (waiting.length === 0) waiting = shuffled(random, victims);
    const victim = waiting.shift() ?? pick(random, victims);
    const act = pick(random, ACTS);
    blows.push({ victim, act, forMs: between(random, 500, LONGEST_MS), restMs: between(random, 200, 1500) });
  }
  return blows;
}

/**
 * Strikes one blow after the other, each when the system has recovered from the one before, until the time is over and
 * at least so many have been struck; returns how many.
 */
export async function wreakHavoc(
  topology: Topology,
  blows: readonly Blow[],
  { forMs, atLeast, note }: { readonly forMs: number; readonly atLeast: number; readonly note: (text: string) => void },
): Promise<number> {
  const endMs = performance.now() + forMs;
  let struck = 0;
  for (const blow of blows) {
    if (performance.now() >= endMs && struck >= atLeast) break;
    note(`${blow.act} ${blow.victim}${blow.act === 'kill' ? '' : ` for ${Math.round(blow.forMs)} ms`}`);
    await strike(topology, blow);
    struck += 1;
    await topology.untilHealthy(WELL_WITHIN_MS);
    await delay(blow.restMs);
  }
  return struck;
}

async function strike(topology: Topology, { victim, act, forMs }: Blow): Promise<void> {
  const { links } = topology;
  const struck = topology.process(victim);
  switch (act) {
    case 'kill':
      struck.kill();
      // Long enough for its end to be seen.
      await delay(300);
      return;
    case 'stop':
      struck.signal('SIGSTOP');
      await delay(forMs);
      struck.signal('SIGCONT');
      return;
    case 'cut':
    case 'freeze':
      links.set(victim, act === 'cut' ? 'cut' : 'frozen');
      await delay(forMs);
      links.set(victim, 'open');
  }
}

function shuffled(random: Random, items: readonly string[]): string[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
