/** Figures that look like those of a cluster at work. They move by the clock, the same for all who ask at a time. */

const REGIONS = ['cn-east', 'cn-south', 'eu-west', 'us-east'];
const TIERS = ['access', 'dispatch', 'logic', 'service', 'control'];

const wave = (at: number, periodS: number, phase = 0): number =>
  Math.sin(((at / 1_000 + phase) / periodS) * 2 * Math.PI);

export interface FixtureNode {
  readonly nodeId: string;
  readonly region: string;
  readonly site: string;
  readonly ws: string;
  readonly tcp: string;
  readonly version: string;
  readonly incarnation: number;
  readonly isLeaving: boolean;
  readonly load: { connections: number; capacity: number; loopDelayMs: number; cpuRatio: number };
  readonly linkQuality: { reports: number; badRatio: number; connectMs: number; rttMs: number } | null;
  readonly registeredAt: number;
  readonly leaseUntil: number;
  state: string;
  weight: number;
}

export function nodesOf(count: number): FixtureNode[] {
  return Array.from({ length: count }, (_, index) => ({
    nodeId: `access-${index + 1}`,
    region: REGIONS[index % REGIONS.length] ?? '',
    site: `${REGIONS[index % REGIONS.length] ?? ''}-${(index % 3) + 1}`,
    ws: `wss://access-${index + 1}.live.example/sub`,
    tcp: `access-${index + 1}.live.example:8101`,
    version: index % 17 === 5 ? '1.3.9' : '1.4.0',
    incarnation: 3,
    state: index % 41 === 7 ? 'ejected' : 'active',
    isLeaving: false,
    weight: index % 23 === 4 ? 0.5 : 1,
    load: {
      connections: 9_000 + ((index * 7_919) % 21_000),
      capacity: 40_000,
      loopDelayMs: 1 + ((index * 31) % 90) / 10,
      cpuRatio: 0.2 + ((index * 13) % 60) / 100,
    },
    linkQuality:
      index % 9 === 8
        ? null
        : {
            reports: 40 + index,
            badRatio: (index % 7) / 200,
            connectMs: 40 + (index % 30),
            rttMs: 18 + ((index * 11) % 60),
          },
    registeredAt: Date.now() - (index + 1) * 3_600_000,
    leaseUntil: Date.now() + 3_000,
  }));
}

function pointAt(at: number) {
  const deliveries = 412_000 + 60_000 * wave(at, 140) + 15_000 * wave(at, 11, 3);
  return {
    at,
    connections: Math.round(184_213 + 2_400 * wave(at, 260)),
    deliveriesPerSec: deliveries,
    framesPerSec: deliveries / (22 + 4 * wave(at, 90)),
    bytesOutPerSec: deliveries * 31,
    bulkP50: 58 + 6 * wave(at, 60),
    bulkP99: 131 + 25 * wave(at, 45, 9),
    expressP50: 3.2 + 0.4 * wave(at, 30),
    expressP99: 11 + 4 * wave(at, 25),
  };
}

/** A second between points, five where more than 300 s are asked for, as service does. */
export function historyOf(seconds: number) {
  const stepMs = seconds > 300 ? 5_000 : 1_000;
  const end = Math.floor(Date.now() / stepMs) * stepMs;
  const count = Math.floor((seconds * 1_000) / stepMs);
  return { stepMs, points: Array.from({ length: count }, (_, index) => pointAt(end - (count - index) * stepMs)) };
}

export function overviewOf(processCount: number) {
  const now = pointAt(Date.now());
  return {
    at: now.at,
    tiers: {
      access: { processes: 12 },
      dispatch: { processes: 4 },
      logic: { processes: 3 },
      service: { processes: 2 },
      control: { processes: 2 },
    },
    online: { connections: now.connections, users: 151_204, rooms: 4_120 },
    rates: {
      pushesPerSec: 2_140,
      messagesPerSec: 2_010,
      batchesPerSec: 310,
      forwardsPerSec: 2_900,
      deliveriesPerSec: now.deliveriesPerSec,
      framesPerSec: now.framesPerSec,
      bytesOutPerSec: now.bytesOutPerSec,
      connectsPerSec: 84,
      closesPerSec: 79,
    },
    savings: { framesRatio: now.deliveriesPerSec / now.framesPerSec, bytesRatio: 0.271 },
    latencyMs: {
      bulk: { p50: now.bulkP50, p99: now.bulkP99 },
      express: { p50: now.expressP50, p99: now.expressP99 },
    },
    shedPerSec: { 'outbox-full': 3.4, sampled: 41 },
    processes: Array.from({ length: processCount }, (_, index) => {
      const tier = TIERS[index % TIERS.length] ?? '';
      return {
        name: `${tier}-${Math.floor(index / TIERS.length) + 1}`,
        tier,
        cpu: 0.1 + ((index * 37) % 80) / 100,
        memoryBytes: (90 + ((index * 53) % 400)) * 1024 * 1024,
        loopDelayMs: 0.8 + ((index * 29) % 70) / 10,
      };
    }),
  };
}

export function roomsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    roomId: String(1_000 + index),
    zoneId: index % 3 === 0 ? null : ['music', 'games', 'talk'][index % 3],
    online: Math.round(48_210 / (index + 1) ** 0.8),
    messagesPerSec: Math.round(2_124 / (index + 1) ** 0.9) / 10,
  }));
}
