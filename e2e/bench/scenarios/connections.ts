import type { Finding } from '../core/result.ts';
import { KIB } from '../core/units.ts';
import { rssBytesOf } from '../measure/process-usage.ts';
import type { AudienceWish } from '../load/orders.ts';
import { PEER_CONNECTS_IN_FLIGHT } from './contender.ts';
import { describeRetries, pause } from './delivery.ts';
import { peerAbsent } from './finding.ts';
import type { Lab, PeerName, Scenario, ScenarioOutcome } from './lab.ts';

const WARM_UP = 200;
const SETTLE_MS = 2000;
const PEERS: readonly PeerName[] = ['floor', 'bare ws', 'Socket.IO', 'Nchan'];

interface Arrival {
  readonly kibPerConnection: number;
  readonly cpuUsPerConnect: number;
  readonly connectsPerSec: number;
  readonly totalCpuUsPerConnect: number;
  /** Attempts that were made again: they cost the server, and are in these numbers. */
  readonly retried: string;
}

/** Rows 9 and 10: what a connection costs that says nothing, and what it costs to get it. */
export const connections: Scenario = {
  name: 'connections',
  about: 'memory per idle connection and connects a second, ws and tcp (rows 9, 10)',
  run: runConnections,
};

async function runConnections(lab: Lab): Promise<ScenarioOutcome> {
  const findings: Finding[] = [];
  const bars: { name: string; value: number }[] = [];
  for (const over of ['ws', 'tcp'] as const) {
    const arrival = await measureSystem(lab, over);
    bars.push({ name: `Longwire ${over}`, value: arrival.kibPerConnection });
    findings.push(...systemFindings(over, arrival));
  }
  for (const name of PEERS) {
    const arrival = await measurePeer(lab, name);
    const key = `connections.kib.${name}`;
    const finding = { key, row: 9, what: `memory per idle connection, ${name}`, unit: 'KiB', isRatio: false };
    if (arrival === undefined) {
      findings.push(peerAbsent(finding));
      continue;
    }
    bars.push({ name, value: arrival.kibPerConnection });
    findings.push({ ...finding, value: arrival.kibPerConnection });
    const cpu = { key: `connections.cpu-us.${name}`, row: 10, what: `CPU per connect, ${name}`, unit: 'us' };
    findings.push({
      ...cpu,
      isRatio: false,
      value: arrival.cpuUsPerConnect,
      note: `no token, no session${arrival.retried}`,
    });
  }
  return { findings, charts: [{ kind: 'bars', title: 'Memory per idle connection', unit: 'KiB', bars }] };
}

function systemFindings(over: 'ws' | 'tcp', arrival: Arrival): readonly Finding[] {
  const perCore = 1e6 / arrival.cpuUsPerConnect;
  const common = { isRatio: false } as const;
  return [
    {
      ...common,
      key: `connections.kib.${over}`,
      row: 9,
      what: `memory per idle connection, Longwire ${over}`,
      value: arrival.kibPerConnection,
      unit: 'KiB',
      goal: { atMost: over === 'ws' ? 7 : 6 },
    },
    {
      ...common,
      key: `connections.per-core.${over}`,
      row: 10,
      what: `full connects a second per access core, ${over}`,
      value: perCore,
      unit: '/s',
      ...(over === 'ws' ? { goal: { atLeast: 4000 } } : {}),
      note: `${Math.round(arrival.connectsPerSec)}/s seen with generator and all tiers on this machine${arrival.retried}`,
    },
    {
      ...common,
      key: `connections.total-cpu-us.${over}`,
      row: 10,
      what: `CPU of all tiers per connect, ${over}`,
      value: arrival.totalCpuUsPerConnect,
      unit: 'us',
    },
  ];
}

/** A system of its own each time: memory that an earlier audience left behind would hide what this one takes. */
async function measureSystem(lab: Lab, over: 'ws' | 'tcp'): Promise<Arrival> {
  const system = await lab.freshSystem();
  const wish = (name: string, count: number) =>
    system.viewers({ name, count, over, rooms: { prefix: 'idle-', count: 50 } });
  return measure(lab, {
    name: `Longwire ${over}`,
    pid: system.pidOf('access-1'),
    pids: system.pids,
    warmUp: wish('warm-up', WARM_UP),
    audience: wish(`idle-${over}`, lab.scale.idleConnections),
  });
}

async function measurePeer(lab: Lab, name: PeerName): Promise<Arrival | undefined> {
  const peer = await lab.peer(name);
  if (peer === undefined) return undefined;
  const spec = (audience: string, count: number): AudienceWish => ({
    name: audience,
    dialect: peer.dialect,
    host: '127.0.0.1',
    port: peer.port,
    count,
    rooms: { prefix: 'idle-', count: 50 },
    inFlight: PEER_CONNECTS_IN_FLIGHT,
  });
  try {
    return await measure(lab, {
      name,
      pid: peer.pid,
      pids: { [name]: peer.pid },
      warmUp: spec('warm-up', WARM_UP),
      audience: spec(`idle-${name}`, lab.scale.idleConnections),
    });
  } finally {
    await peer.stop();
  }
}

interface Candidate {
  readonly name: string;
  readonly pid: number;
  readonly pids: Readonly<Record<string, number>>;
  readonly warmUp: AudienceWish;
  readonly audience: AudienceWish;
}

async function measure(lab: Lab, candidate: Candidate): Promise<Arrival> {
  const { name, pid, pids, warmUp, audience } = candidate;
  const { fleet } = lab;
  lab.step(`${name}: ${audience.count} connect and stay silent`);
  await fleet.connect(warmUp);
  await fleet.close(warmUp.name);
  await pause(SETTLE_MS / 2);
  const rssBefore = rssBytesOf(pid);
  const meter = lab.meter(pids);
  const report = await fleet.connect(audience);
  const usage = meter.stop();
  const ownName = Object.entries(pids).find(([, each]) => each === pid)?.[0] ?? '';
  await pause(SETTLE_MS);
  const growth = rssBytesOf(pid) - rssBefore;
  await fleet.close(audience.name);
  return {
    kibPerConnection: growth / audience.count / KIB,
    cpuUsPerConnect: ((usage.cpuMs[ownName] ?? 0) * 1000) / audience.count,
    totalCpuUsPerConnect: (usage.totalCpuMs * 1000) / audience.count,
    retried: describeRetries(report),
    connectsPerSec: (audience.count * 1000) / report.tookMs,
  };
}
