import type { Finding } from '../core/result.ts';
import { median, ratios } from '../core/statistics.ts';
import { FRAME_BY_FRAME_PER_SEC, peerContender, systemContender, takeRounds } from './contender.ts';
import type { Contender, Turn } from './contender.ts';
import { ofRounds, peerAbsent } from './finding.ts';
import type { Lab, PeerName, Scenario, ScenarioOutcome } from './lab.ts';

const SYSTEM = 'Longwire access';
const GOALS: readonly { readonly peer: PeerName; readonly atMost?: number }[] = [
  { peer: 'floor', atMost: 1.35 },
  { peer: 'Socket.IO', atMost: 0.45 },
  { peer: 'bare ws', atMost: 0.9 },
  { peer: 'nats-server' },
  { peer: 'Nchan' },
];

/** Row 1: what one 1 KB frame to one viewer costs the process that writes it. */
export const fanOut: Scenario = {
  name: 'fan-out',
  about: 'CPU per delivered 1 KB frame, one room over ws, against the peers (row 1)',
  run: runFanOut,
};

async function runFanOut(lab: Lab): Promise<ScenarioOutcome> {
  const { viewers, fanOutPeers } = lab.scale;
  const system = await lab.system();
  const contenders: Contender[] = [
    await systemContender(lab, system, { name: SYSTEM, viewers, form: 'frame', protover: 0 }),
  ];
  const peers = new Map<PeerName, { readonly name: string; readonly stop: () => Promise<void> }>();
  try {
    for (const { peer: wanted } of GOALS) {
      if (fanOutPeers?.includes(wanted) === false) continue;
      const peer = await lab.peer(wanted);
      if (peer === undefined) continue;
      peers.set(wanted, peer);
      contenders.push(await peerContender(lab, peer, { viewers, form: 'frame' }));
    }
    const turns = await takeRounds(lab, contenders, FRAME_BY_FRAME_PER_SEC);
    const costs = costsOf(turns);
    const nameOf = (peer: PeerName): string | undefined => peers.get(peer)?.name;
    return { findings: [...absolute(turns), ...relative(costs, nameOf)], charts: [chartOf(costs)] };
  } finally {
    for (const { audience } of contenders) await lab.fleet.close(audience);
    await Promise.all([...peers.values()].map((peer) => peer.stop()));
  }
}

function costsOf(turns: ReadonlyMap<string, readonly Turn[]>): ReadonlyMap<string, readonly number[]> {
  return new Map([...turns].map(([name, taken]) => [name, taken.map(({ cpuUsPerDelivery }) => cpuUsPerDelivery)]));
}

function absolute(turns: ReadonlyMap<string, readonly Turn[]>): readonly Finding[] {
  return [...turns].map(([name, taken]) => {
    const got = taken.reduce((sum, turn) => sum + turn.deliveries, 0);
    const expected = taken.reduce((sum, turn) => sum + turn.expected, 0);
    const key = `fan-out.cpu-us.${name}`;
    const note = got === expected ? '' : `only ${got} of ${expected} arrived`;
    const costs = taken.map(({ cpuUsPerDelivery }) => cpuUsPerDelivery);
    return ofRounds({ key, row: 1, what: `CPU per frame, ${name}`, unit: 'us', isRatio: false, note }, costs);
  });
}

function relative(
  costs: ReadonlyMap<string, readonly number[]>,
  nameOf: (peer: PeerName) => string | undefined,
): readonly Finding[] {
  const own = costs.get(SYSTEM) ?? [];
  return GOALS.map(({ peer, atMost }) => {
    const goal = atMost === undefined ? {} : { goal: { atMost } };
    const finding = {
      key: `fan-out.vs.${peer}`,
      row: 1,
      what: `access against ${peer}`,
      unit: 'x',
      isRatio: true,
      ...goal,
    };
    const theirs = costs.get(nameOf(peer) ?? '');
    return theirs === undefined ? peerAbsent(finding) : ofRounds(finding, ratios(own, theirs));
  });
}

function chartOf(costs: ReadonlyMap<string, readonly number[]>) {
  const bars = [...costs].map(([name, values]) => ({ name, value: median(values) }));
  return { kind: 'bars', title: 'CPU per delivered 1 KB frame', unit: 'us', bars } as const;
}
