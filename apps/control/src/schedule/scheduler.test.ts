import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawWeighted, trustedId } from '@longwire/domain';
import type { NodeId, NodeRecord } from '@longwire/domain';
import { createHandoutLedger } from './handout-ledger.ts';
import { createScheduler } from './scheduler.ts';

const SEED = 20_301;
const WARM_MS = 60_000;

/** mulberry32: uniform in [0, 1), the same on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Sketch {
  readonly id: string;
  readonly capacity?: number;
  readonly connections?: number;
  readonly weight?: number;
  readonly region?: string;
  readonly state?: NodeRecord['state'];
  readonly isLeaving?: boolean;
  readonly registeredAtMs?: number;
}

function node(sketch: Sketch): NodeRecord {
  const { id, capacity = 100_000, connections = 0, weight = 1, region = 'local' } = sketch;
  return {
    description: {
      nodeId: trustedId(id),
      incarnation: 1,
      region,
      site: 'a',
      wsUrl: `ws://${id}/sub`,
      tcpAddress: `${id}:1`,
      version: '1',
    },
    load: { connections, capacity, loopDelayMs: 1, cpuRatio: 0.1 },
    state: sketch.state ?? 'active',
    isLeaving: sketch.isLeaving ?? false,
    weight,
    registeredAtMs: sketch.registeredAtMs ?? 0,
    leaseUntilMs: 3000,
  };
}

function schedulerFor(nodes: readonly NodeRecord[], random = seeded(SEED)) {
  const ledger = createHandoutLedger();
  ledger.observe(nodes);
  return createScheduler({ ledger, quality: { standing: () => undefined }, slowStartMs: 30_000, random });
}

interface Herd {
  readonly clients?: number;
  readonly region?: string;
  readonly nowMs?: number;
}

/** Sends a herd between two reports; returns how many were sent to each node first. */
function sendHerd(nodes: readonly NodeRecord[], { clients = 10_000, region, nowMs = WARM_MS }: Herd = {}) {
  const scheduler = schedulerFor(nodes);
  const counts: Record<string, number> = Object.fromEntries(nodes.map((record) => [record.description.nodeId, 0]));
  let unplaced = 0;
  for (let client = 0; client < clients; client += 1) {
    const best = scheduler.place(nodes, { region, nowMs })[0];
    if (best === undefined) unplaced += 1;
    else counts[best.description.nodeId] = (counts[best.description.nodeId] ?? 0) + 1;
  }
  return { counts, unplaced };
}

function assertShares(counts: Record<string, number>, shares: Record<string, number>, tolerance = 0.03): void {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  for (const [id, share] of Object.entries(shares)) {
    const actual = (counts[id] ?? 0) / total;
    assert.ok(Math.abs(actual - share) <= tolerance, `${id} got ${actual}, not ${share} (seed ${SEED})`);
  }
}

describe('a herd of 10,000 between two reports', () => {
  test('spreads evenly over equal nodes', () => {
    const { counts } = sendHerd(['a', 'b', 'c', 'd'].map((id) => node({ id })));
    assertShares(counts, { a: 0.25, b: 0.25, c: 0.25, d: 0.25 });
  });

  test('spreads by weight times free capacity', () => {
    const nodes = [
      node({ id: 'plain' }),
      node({ id: 'heavy', weight: 2 }),
      node({ id: 'half-full', connections: 50_000 }),
      node({ id: 'small', capacity: 50_000 }),
    ];
    const { counts } = sendHerd(nodes);
    assertShares(counts, { plain: 0.25, heavy: 0.5, 'half-full': 0.125, small: 0.125 });
  });

  test('fills each node to its capacity and not beyond, then nobody is placed', () => {
    const nodes = [node({ id: 'a', capacity: 4000 }), node({ id: 'b', capacity: 3000, connections: 1000 })];
    const { counts, unplaced } = sendHerd(nodes);
    assert.deepEqual(counts, { a: 4000, b: 2000 });
    assert.equal(unplaced, 4000);
  });

  test('never reaches a node that is drained, ejected, leaving or of weight 0', () => {
    const nodes = [
      node({ id: 'ok' }),
      node({ id: 'draining', state: 'draining' }),
      node({ id: 'ejected', state: 'ejected' }),
      node({ id: 'leaving', isLeaving: true }),
      node({ id: 'unweighted', weight: 0 }),
    ];
    const scheduler = schedulerFor(nodes);
    for (let client = 0; client < 10_000; client += 1) {
      const chosen = scheduler.place(nodes, { region: undefined, nowMs: WARM_MS });
      assert.deepEqual(
        chosen.map((record) => record.description.nodeId),
        ['ok'],
      );
    }
  });

  test('stays in its region while that has places, and goes on elsewhere when it is full', () => {
    const nodes = [
      node({ id: 'home-1', region: 'cn-east', capacity: 3000 }),
      node({ id: 'home-2', region: 'cn-east', capacity: 3000 }),
      node({ id: 'away', region: 'eu' }),
    ];
    const small = sendHerd(nodes, { clients: 5000, region: 'cn-east' });
    assert.ok((small.counts['away'] ?? 0) <= 10, `${small.counts['away']} left a region that had places`);
    const large = sendHerd(nodes, { region: 'cn-east' });
    assert.equal(large.unplaced, 0);
    assert.ok((large.counts['home-1'] ?? 0) + (large.counts['home-2'] ?? 0) >= 5900);
    assert.ok((large.counts['away'] ?? 0) >= 4000);
  });

  test('of a region without nodes spreads over all others', () => {
    const nodes = [node({ id: 'a', region: 'eu' }), node({ id: 'b', region: 'cn-east' })];
    assertShares(sendHerd(nodes, { region: 'mars' }).counts, { a: 0.5, b: 0.5 });
  });
});

describe('a new node', () => {
  for (const [ageMs, factor] of [
    [0, 0.05],
    [6000, 0.2],
    [15_000, 0.5],
    [30_000, 1],
  ] as const) {
    test(`gets ${factor * 100} % of a full share ${ageMs / 1000} s after it registered`, () => {
      const nodes = [node({ id: 'old' }), node({ id: 'new', registeredAtMs: WARM_MS - ageMs })];
      assertShares(sendHerd(nodes).counts, { new: factor / (1 + factor) }, 0.02);
    });
  }

  test('among only new nodes gets an equal share, so that a fresh cluster takes clients at once', () => {
    const nodes = ['a', 'b'].map((id) => node({ id, registeredAtMs: WARM_MS }));
    assertShares(sendHerd(nodes).counts, { a: 0.5, b: 0.5 });
  });
});

describe('what a client is told', () => {
  test('is three different nodes at most, and fewer when there are fewer', () => {
    const nodes = Array.from({ length: 8 }, (_, index) => node({ id: `n${index}` }));
    for (let count = 0; count <= nodes.length; count += 1) {
      const some = nodes.slice(0, count);
      const chosen = schedulerFor(some).place(some, { region: undefined, nowMs: WARM_MS });
      assert.equal(chosen.length, Math.min(3, count));
      assert.equal(new Set(chosen).size, chosen.length);
    }
  });

  test('when its node drains is never that node again', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((id) => node({ id }));
    const scheduler = schedulerFor(nodes);
    for (let round = 0; round < 1000; round += 1) {
      const ids = scheduler
        .alternatives(nodes, trustedId<NodeId>('a'), { region: 'local', nowMs: WARM_MS })
        .map(({ item }) => item.description.nodeId);
      assert.equal(ids.length, 3);
      assert.ok(!ids.includes(trustedId('a')));
    }
  });
});

describe('a weighted draw without replacement', () => {
  test('draws first in proportion to the shares', () => {
    const random = seeded(SEED);
    const items = [
      { item: 'a', share: 1 },
      { item: 'b', share: 3 },
      { item: 'never', share: 0 },
      { item: 'broken', share: Number.NaN },
    ];
    const counts: Record<string, number> = {};
    for (let round = 0; round < 20_000; round += 1) {
      const drawn = drawWeighted(items, 3, random);
      assert.equal(drawn.length, 2);
      const first = drawn[0] ?? 'none';
      counts[first] = (counts[first] ?? 0) + 1;
    }
    assertShares(counts, { a: 0.25, b: 0.75, never: 0, broken: 0 }, 0.01);
  });

  test('takes the extremes of the random source', () => {
    const items = [
      { item: 'a', share: 1 },
      { item: 'b', share: 1 },
    ];
    assert.equal(drawWeighted(items, 1, () => 0).length, 1);
    assert.equal(drawWeighted(items, 2, () => 1 - 2 ** -53).length, 2);
  });
});
