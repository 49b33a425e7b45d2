import { writeUnitCosts } from '../plan/cost-file.ts';
import { DEFAULT_WINDOW, flowsOfRooms } from '../plan/room-flows.ts';
import { coresOf, TIERS } from '../plan/unit-costs.ts';
import type { Tier, UnitCosts } from '../plan/unit-costs.ts';
import type { Finding } from '../core/result.ts';
import type { Lab, Scenario, ScenarioOutcome } from './lab.ts';
import { measureUnitCosts } from './plan/measure-costs.ts';
import { measureLoad, RoomAudience } from './plan/measured-load.ts';
import type { LoadWish, MeasuredLoad } from './plan/measured-load.ts';

/** A prediction may be off by so much. */
const TOLERANCE = { atMost: 0.25 } as const;
/** A tier that takes less sleeps between two messages, and what it takes is waking up: it is not held to that. */
const BUSY_CORES = 0.05;
const CHECK_ROUNDS = 2;
/** Unlike any load that the costs are worked out from. */
const CHECKS: readonly (LoadWish & { readonly name: string })[] = [
  { name: '50 rooms, 800 lean/s', form: 'lean', rooms: 50, ratePerSec: 800 },
  { name: '100 rooms, 600 rich/s', form: 'rich', rooms: 100, ratePerSec: 600 },
  { name: 'one room, 700 lean/s', form: 'lean', rooms: 1, ratePerSec: 700 },
];

/** What a unit of work costs each tier, for the planner; and whether other loads cost what that predicts. */
export const plan: Scenario = {
  name: 'plan',
  about: 'CPU per unit of work of each tier, and how well other loads are predicted from it (npm run plan)',
  isFullOnly: true,
  run: runPlan,
};

async function runPlan(lab: Lab): Promise<ScenarioOutcome> {
  const system = await lab.freshSystem();
  const costs = await measureUnitCosts(lab, system);
  writeUnitCosts(costs);
  const findings = [...costFindings(costs)];
  for (const check of CHECKS) {
    const audience = await RoomAudience.connect(lab, system, { rooms: check.rooms, viewers: lab.scale.viewers });
    const rounds: MeasuredLoad[] = [];
    for (let round = 0; round < CHECK_ROUNDS; round += 1) rounds.push(await measureLoad(lab, system, audience, check));
    await audience.close();
    findings.push(...checkFindings(check, rounds, costs, lab.scale.viewers));
  }
  return { findings };
}

function costFindings(costs: UnitCosts): readonly Finding[] {
  return TIERS.flatMap((tier) =>
    Object.entries(costs.cpuUs[tier]).map(([unit, value]) => ({
      key: `plan.us.${tier}.${unit}`,
      row: 0,
      what: `${tier}: CPU per ${unit}`,
      value,
      unit: 'us',
      isRatio: false,
    })),
  );
}

function checkFindings(
  { name, form, rooms, ratePerSec }: (typeof CHECKS)[number],
  rounds: readonly MeasuredLoad[],
  costs: UnitCosts,
  viewers: number,
): readonly Finding[] {
  const each = { viewers: viewers / rooms, messagesPerSec: ratePerSec / rooms };
  const flows = flowsOfRooms(
    { rooms: Array.from({ length: rooms }, () => each), accessNodes: 1, form, window: DEFAULT_WINDOW },
    costs,
  );
  const total = (of: (tier: Tier) => number): number => TIERS.reduce((sum, tier) => sum + of(tier), 0);
  const seenOf = (of: (round: MeasuredLoad) => number): number =>
    rounds.reduce((sum, round) => sum + of(round), 0) / rounds.length;
  const coresSeen = (tier: Tier): number => seenOf(({ cores }) => cores[tier]);
  const pairs: readonly (readonly [string, number, number, string])[] = [
    ['hand-overs', flows.handOver, seenOf((round) => round.flows.handOver), '/s'],
    ['frames', flows.frame, seenOf((round) => round.flows.frame), '/s'],
    ['bytes', flows.wireKib, seenOf((round) => round.flows.wireKib), 'KiB/s'],
    ...(['access', 'dispatch', 'service', 'nats'] as const).map(
      (tier) => [tier, coresOf(tier, flows, costs), coresSeen(tier), 'cores'] as const,
    ),
    ['all tiers', total((tier) => coresOf(tier, flows, costs)), total(coresSeen), 'cores'],
  ];
  return pairs.map(([what, predicted, seen, unit]) => ({
    key: `plan.off.${form}.${rooms}.${what}`,
    row: 0,
    what: `${name}: ${what}, prediction off by`,
    value: Math.abs(predicted / seen - 1),
    unit: '',
    isRatio: false,
    ...(unit === 'cores' && seen < BUSY_CORES ? {} : { goal: TOLERANCE }),
    note: `predicted ${predicted.toPrecision(3)} ${unit}, measured ${seen.toPrecision(3)}`,
  }));
}
