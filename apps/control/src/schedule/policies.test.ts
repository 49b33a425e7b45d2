import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { NodeRecord } from '@longwire/domain';
import { eligibility } from './eligibility.ts';
import { createFreeCapacityPolicy } from './free-capacity.ts';
import { createLinkQualityPolicy, LEAST_FACTOR } from './link-quality.ts';
import { nodeHealth, STRAINED_FACTOR } from './node-health.ts';
import { operatorWeight } from './operator-weight.ts';
import type { SchedulingPolicy } from './policy.ts';
import { FOREIGN_FACTOR, regionPreference } from './region-preference.ts';
import { createSlowStartPolicy, FIRST_FACTOR } from './slow-start.ts';

type Changes = Partial<Omit<NodeRecord, 'description' | 'load'>> & {
  readonly region?: string;
  readonly load?: Partial<NodeRecord['load']>;
};

function node({ region = 'cn-east', load = {}, ...rest }: Changes = {}): NodeRecord {
  return {
    description: {
      nodeId: trustedId('access-1'),
      incarnation: 1,
      region,
      site: 'a',
      wsUrl: 'ws://127.0.0.1:1/sub',
      tcpAddress: '127.0.0.1:2',
      version: '1',
    },
    load: { connections: 0, capacity: 1000, loopDelayMs: 1, cpuRatio: 0.1, ...load },
    state: 'active',
    isLeaving: false,
    weight: 1,
    registeredAtMs: 0,
    leaseUntilMs: 3000,
    ...rest,
  };
}

interface Row {
  readonly name: string;
  readonly policy: SchedulingPolicy;
  readonly node: NodeRecord;
  readonly region?: string;
  readonly nowMs?: number;
  readonly factor: number;
}

const freeCapacity = createFreeCapacityPolicy({ outstanding: () => 0 });
const freeCapacityWithHerd = createFreeCapacityPolicy({ outstanding: () => 300 });
const slowStart = createSlowStartPolicy(30_000);

/** Of a node about which there are so many reports, so many of them bad, and so many of the others' bad. */
function linkQuality(reports: number, badRatio: number, othersBadRatio = 0): SchedulingPolicy {
  const standing = { reports, badRatio, othersBadRatio, connectMs: null, rttMs: null };
  return createLinkQualityPolicy({ standing: () => standing });
}

const rows: readonly Row[] = [
  { name: 'an active node is in', policy: eligibility, node: node(), factor: 1 },
  { name: 'a draining node is out', policy: eligibility, node: node({ state: 'draining' }), factor: 0 },
  { name: 'an ejected node is out', policy: eligibility, node: node({ state: 'ejected' }), factor: 0 },
  { name: 'a leaving node is out', policy: eligibility, node: node({ isLeaving: true }), factor: 0 },
  { name: 'a node of weight 0 is out', policy: eligibility, node: node({ weight: 0 }), factor: 0 },
  { name: 'weight 2 is twice weight 1', policy: operatorWeight, node: node({ weight: 2 }), factor: 2 },
  { name: 'half a weight is half the share', policy: operatorWeight, node: node({ weight: 0.5 }), factor: 0.5 },
  { name: 'weight 0 is no share', policy: operatorWeight, node: node({ weight: 0 }), factor: 0 },
  { name: 'an empty node has all its places', policy: freeCapacity, node: node(), factor: 1000 },
  {
    name: 'connections take places',
    policy: freeCapacity,
    node: node({ load: { connections: 400 } }),
    factor: 600,
  },
  {
    name: 'so do clients on their way',
    policy: freeCapacityWithHerd,
    node: node({ load: { connections: 400 } }),
    factor: 300,
  },
  {
    name: 'a full node has none',
    policy: freeCapacity,
    node: node({ load: { connections: 1000 } }),
    factor: 0,
  },
  {
    name: 'an overfull node has none',
    policy: freeCapacity,
    node: node({ load: { connections: 2000 } }),
    factor: 0,
  },
  { name: 'own region', policy: regionPreference, node: node(), region: 'cn-east', factor: 1 },
  { name: 'other region', policy: regionPreference, node: node(), region: 'eu', factor: FOREIGN_FACTOR },
  { name: 'no region asked for', policy: regionPreference, node: node(), factor: 1 },
  { name: 'a calm node', policy: nodeHealth, node: node({ load: { loopDelayMs: 50, cpuRatio: 0.85 } }), factor: 1 },
  {
    name: 'a late event loop',
    policy: nodeHealth,
    node: node({ load: { loopDelayMs: 5000 } }),
    factor: STRAINED_FACTOR,
  },
  { name: 'a busy CPU', policy: nodeHealth, node: node({ load: { cpuRatio: 1.4 } }), factor: STRAINED_FACTOR },
  { name: 'half way to strained', policy: nodeHealth, node: node({ load: { loopDelayMs: 150 } }), factor: 0.55 },
  {
    name: 'a node nobody reported about',
    policy: createLinkQualityPolicy({ standing: () => undefined }),
    node: node(),
    factor: 1,
  },
  { name: 'no bad reports', policy: linkQuality(1e6, 0), node: node(), factor: 1 },
  { name: 'a few bad reports among many', policy: linkQuality(1e6, 0.05), node: node(), factor: 1 },
  { name: 'as bad as the others', policy: linkQuality(1e6, 0.6, 0.6), node: node(), factor: 1 },
  { name: 'better than the others', policy: linkQuality(1e6, 0.1, 0.6), node: node(), factor: 1 },
  { name: 'half way to the worst', policy: linkQuality(1e12, 0.225), node: node(), factor: 0.75 },
  { name: 'all bad, by many reports', policy: linkQuality(1e12, 1), node: node(), factor: LEAST_FACTOR },
  { name: 'all bad, by twenty reports', policy: linkQuality(20, 1), node: node(), factor: 0.75 },
  { name: 'all bad, by one report', policy: linkQuality(1, 1), node: node(), factor: 1 - 0.5 / 21 },
  { name: 'a node of this moment', policy: slowStart, node: node(), nowMs: 0, factor: FIRST_FACTOR },
  { name: 'a third of the way', policy: slowStart, node: node(), nowMs: 10_000, factor: 1 / 3 },
  { name: 'a warm node', policy: slowStart, node: node(), nowMs: 30_000, factor: 1 },
  { name: 'an old node', policy: slowStart, node: node(), nowMs: 9e9, factor: 1 },
  {
    name: 'a node of a clock that is ahead',
    policy: slowStart,
    node: node({ registeredAtMs: 5000 }),
    nowMs: 0,
    factor: FIRST_FACTOR,
  },
  { name: 'switched off', policy: createSlowStartPolicy(0), node: node(), nowMs: 0, factor: 1 },
];

describe('scheduling policies', () => {
  for (const { name, policy, node: record, region, nowMs = 0, factor } of rows) {
    test(`${policy.name}: ${name}`, () => {
      const actual = policy.factor(record, { region, nowMs });
      assert.ok(Math.abs(actual - factor) < 1e-9, `${actual} is not ${factor}`);
    });
  }
});
