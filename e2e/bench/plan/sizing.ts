import { KIB } from '../core/units.ts';
import { DEFAULT_WINDOW, flowsOfRooms, zipfRooms } from './room-flows.ts';
import type { WindowSettings } from './room-flows.ts';
import { coresOf, TIERS } from './unit-costs.ts';
import type { Flows, PlanForm, Tier, UnitCosts } from './unit-costs.ts';

export interface Wish {
  readonly viewers: number;
  readonly rooms: number;
  /** Messages a second in all rooms together. */
  readonly rate: number;
  /** How unevenly viewers and messages are spread over rooms: Zipf's exponent, 0 for evenly. */
  readonly skew: number;
  readonly form: PlanForm;
  readonly windowMs: number;
  readonly expressPerSec: number;
  /** New connections a second: arrivals, and the herd after a node is lost. */
  readonly connectsPerSec: number;
}

/** What was not measured but chosen; each can be set on the command line. */
export interface Assumptions {
  /** Share of a core that a process may be busy. */
  readonly utilization: number;
  readonly connectionsPerNode: number;
  readonly nodeGbitPerSec: number;
  readonly nodeMemoryGib: number;
  /** Ethernet, IP and TCP headers of a frame; acks on the way back are left out. */
  readonly overheadBytesPerFrame: number;
  /** Cores that one nats-server uses well. */
  readonly natsCores: number;
}

export const ASSUMPTIONS: Assumptions = {
  utilization: 0.6,
  connectionsPerNode: 50_000,
  nodeGbitPerSec: 10,
  nodeMemoryGib: 8,
  overheadBytesPerFrame: 66,
  natsCores: 4,
};

const MAX_ROUNDS = 50;

export interface TierSize {
  readonly tier: Tier;
  readonly processes: number;
  readonly cores: number;
  /** What decided the number of processes. */
  readonly because: string;
}

export interface Limit {
  readonly what: string;
  /** Of what one process can bear; above 1 it does not work. */
  readonly used: number;
  readonly wayOut: string;
}

export interface Plan {
  readonly flows: Flows;
  readonly tiers: readonly TierSize[];
  readonly egressGbitPerSec: number;
  readonly accessMemoryGib: number;
  /** What cannot be shared out over more processes, the fullest first. */
  readonly limits: readonly Limit[];
}

/** Nodes, cores, memory and bandwidth for a load. More access nodes get more forwards, so their number is iterated. */
export function planFor(wish: Wish, costs: UnitCosts, assumed: Assumptions = ASSUMPTIONS): Plan {
  let accessNodes = 1;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const wanted = accessSize(flowsFor(wish, costs, accessNodes), wish, { costs, assumed }).processes;
    if (wanted <= accessNodes) break;
    accessNodes = wanted;
  }
  const flows = flowsFor(wish, costs, accessNodes);
  const scope = { costs, assumed };
  const access = accessSize(flows, wish, scope);
  const tiers = TIERS.map((tier) => (tier === 'access' ? access : tierSize(tier, flows, scope)));
  return {
    flows,
    tiers,
    egressGbitPerSec: egressGbit(flows, assumed),
    accessMemoryGib: accessMemory(wish.viewers, access.processes, costs),
    limits: limitsOf(wish, tiers, scope),
  };
}

interface Scope {
  readonly costs: UnitCosts;
  readonly assumed: Assumptions;
}

function windowOf(wish: Wish): WindowSettings {
  return { windowMs: wish.windowMs, maxMessages: DEFAULT_WINDOW.maxMessages };
}

function flowsFor(wish: Wish, costs: UnitCosts, accessNodes: number): Flows {
  const { viewers, rate: messagesPerSec, rooms, skew, form } = wish;
  const spread = zipfRooms({ viewers, messagesPerSec, rooms, skew });
  const flows = flowsOfRooms({ rooms: spread, accessNodes, form, window: windowOf(wish) }, costs);
  return { ...flows, express: wish.expressPerSec, connect: wish.connectsPerSec };
}

function egressGbit(flows: Flows, assumed: Assumptions): number {
  return ((flows.wireKib * KIB + flows.frame * assumed.overheadBytesPerFrame) * 8) / 1e9;
}

function accessMemory(viewers: number, nodes: number, costs: UnitCosts): number {
  return (viewers * costs.kibPerConnection) / KIB / KIB + (nodes * costs.accessBaseMib) / KIB;
}

function accessSize(flows: Flows, wish: Wish, { costs, assumed }: Scope): TierSize {
  const cores = coresOf('access', flows, costs);
  const perNode = assumed.utilization - costs.idleCores.access;
  const needs: readonly (readonly [string, number])[] = [
    ['CPU', cores / perNode],
    ['connections', wish.viewers / assumed.connectionsPerNode],
    ['bandwidth', egressGbit(flows, assumed) / assumed.nodeGbitPerSec / assumed.utilization],
    ['memory', accessMemory(wish.viewers, 0, costs) / (assumed.nodeMemoryGib - costs.accessBaseMib / KIB)],
  ];
  return sized('access', cores, needs);
}

function tierSize(tier: Tier, flows: Flows, { costs, assumed }: Scope): TierSize {
  const cores = coresOf(tier, flows, costs);
  if (tier === 'redis') return { tier, processes: 1, cores: cores + costs.idleCores.redis, because: 'one primary' };
  const perProcess = (tier === 'nats' ? assumed.natsCores : 1) * assumed.utilization - costs.idleCores[tier];
  return sized(tier, cores, [
    ['CPU', cores / perProcess],
    // The death of one process must not stop a tier; three brokers keep express messages in three copies.
    tier === 'nats' ? ['three copies', 3] : ['a second one', 2],
  ]);
}

function sized(tier: Tier, cores: number, needs: readonly (readonly [string, number])[]): TierSize {
  const [because, most] = needs.reduce((left, right) => (right[1] > left[1] ? right : left));
  return { tier, processes: Math.max(1, Math.ceil(most)), cores, because };
}

function limitsOf(wish: Wish, tiers: readonly TierSize[], { costs, assumed }: Scope): readonly Limit[] {
  const nodes = tiers.find(({ tier }) => tier === 'access')?.processes ?? 1;
  const redis = tiers.find(({ tier }) => tier === 'redis')?.cores ?? 0;
  const { viewers, rate, rooms, skew, form } = wish;
  const [hottest] = zipfRooms({ viewers, messagesPerSec: rate, rooms, skew });
  const hot = flowsOfRooms(
    { rooms: hottest === undefined ? [] : [hottest], accessNodes: nodes, form, window: windowOf(wish) },
    costs,
  );
  const perNode = {
    ...hot,
    forward: hot.batch,
    frame: hot.frame / nodes,
    wireKib: hot.wireKib / nodes,
    connection: hot.connection / nodes,
  };
  const limits: readonly Limit[] = [
    {
      what: 'dispatch: owner of the hottest room',
      used: coresOf('dispatch', hot, costs) / assumed.utilization,
      wayOut: 'a larger window, or a lower rate allowed per room',
    },
    {
      what: 'access: the hottest room on one node',
      used: coresOf('access', perNode, costs) / assumed.utilization,
      wayOut: 'more access nodes',
    },
    { what: 'redis: one primary', used: redis / assumed.utilization, wayOut: 'fewer connects at once' },
  ];
  return limits.toSorted((left, right) => right.used - left.used);
}
