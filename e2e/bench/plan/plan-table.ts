import Table from 'cli-table3';
import type { Assumptions, Plan, Wish } from './sizing.ts';
import { UNITS } from './unit-costs.ts';
import type { UnitCosts } from './unit-costs.ts';

export interface PlanPage {
  readonly wish: Wish;
  readonly plan: Plan;
  readonly costs: UnitCosts;
  readonly assumed: Assumptions;
  readonly from: string;
}

/** The plan as text: what is asked, what it takes, what gives way first, and what all of this rests on. */
export function renderPlan({ wish, plan, costs, assumed, from }: PlanPage): string {
  return [
    describeWish(wish),
    '',
    renderTiers(plan),
    `access in all: ${amount(plan.egressGbitPerSec)} Gbit/s to viewers, ${amount(plan.accessMemoryGib)} GiB of memory`,
    '',
    'what cannot be shared out, the fullest first:',
    renderLimits(plan),
    '',
    'flows per second:',
    UNITS.map((unit) => `  ${unit} ${amount(plan.flows[unit])}`).join('\n'),
    '',
    `MEASURED (${from}; ${Object.values(costs.machine).slice(0, 3).join(', ')}): CPU per unit, memory per connection, bytes per message`,
    renderCosts(costs),
    `ASSUMED: a core is busy at most ${Math.round(assumed.utilization * 100)}%, an access process holds ${amount(assumed.connectionsPerNode)} connections,`,
    `  its node has ${assumed.nodeGbitPerSec} Gbit/s and ${assumed.nodeMemoryGib} GiB, a frame takes ${assumed.overheadBytesPerFrame} B of headers below WebSocket,`,
    `  a nats-server uses ${assumed.natsCores} cores; viewers are spread evenly over nodes, messages come at random,`,
    `  rooms follow Zipf's law, and cores are like the one that was measured`,
  ].join('\n');
}

function describeWish(wish: Wish): string {
  const { viewers, rooms, rate, form, skew, windowMs, expressPerSec, connectsPerSec } = wish;
  return (
    `${amount(viewers)} viewers in ${amount(rooms)} rooms (skew ${skew}), ${amount(rate)} ${form} messages/s, window ${windowMs} ms,\n` +
    `${amount(expressPerSec)} express/s, ${amount(connectsPerSec)} connects/s`
  );
}

function renderTiers({ tiers }: Plan): string {
  const table = plainTable(['tier', 'processes', 'cores busy', 'decided by']);
  for (const { tier, processes, cores, because } of tiers) table.push([tier, processes, amount(cores), because]);
  return table.toString();
}

function renderLimits({ limits }: Plan): string {
  const table = plainTable(['what', 'used', 'when it is full']);
  for (const { what, used, wayOut } of limits) {
    table.push([what, `${(used * 100).toFixed(0)}%${used > 1 ? ' TOO MUCH' : ''}`, wayOut]);
  }
  return table.toString();
}

function renderCosts({ cpuUs, kibPerConnection }: UnitCosts): string {
  const lines = Object.entries(cpuUs).map(([tier, units]) => {
    const parts = Object.entries(units).map(([unit, us]) => `${unit} ${amount(us)}`);
    return `  ${tier}: ${parts.join(', ') || 'nothing but its idle share'} (us)`;
  });
  return [...lines, `  access: ${amount(kibPerConnection)} KiB a connection`].join('\n');
}

/** Three digits that count, with a separator where there are many. */
function amount(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

function plainTable(head: string[]): InstanceType<typeof Table> {
  return new Table({ head, style: { head: [], border: [] } });
}
