import { scheduleOf } from '../core/schedule.ts';
import type { Schedule } from '../core/schedule.ts';
import type { MessageForm } from '../corpus/corpus.ts';
import { PEER_ROOM } from '../peers/peer.ts';
import type { Peer } from '../peers/peer.ts';
import { publishOnSchedule } from '../peers/publish-on-schedule.ts';
import { messagesOf, pause, startSoonMs, untilDelivered } from './delivery.ts';
import type { Lab } from './lab.ts';
import type { System } from './system.ts';

/** A server with its audience, ready to be measured in turns with others. */
export interface Contender {
  readonly name: string;
  readonly audience: string;
  readonly viewers: number;
  /** Processes whose CPU is counted, by name. */
  readonly pids: Readonly<Record<string, number>>;
  run(schedule: Schedule): Promise<unknown>;
}

export interface Turn {
  /** Messages x viewers that arrived. */
  readonly deliveries: number;
  readonly expected: number;
  readonly cpuUsPerDelivery: number;
  readonly frames: number;
}

export const PEER_CONNECTS_IN_FLIGHT = 64;
/** Slower than a window, so that every message is a frame of its own, at Longwire as at the peers. */
export const FRAME_BY_FRAME_PER_SEC = 4;
/** After the last delivery: what a server still does then is part of its price. */
const SETTLE_MS = 100;
const WARM_UP_SECONDS = 1;

/** A peer and so many viewers of it. */
export async function peerContender(
  lab: Lab,
  peer: Peer,
  wish: { readonly viewers: number; readonly form: MessageForm; readonly processes?: number },
): Promise<Contender> {
  const { viewers, form, processes = 1 } = wish;
  lab.step(`${peer.name}: ${viewers} connect`);
  const audience = `${peer.name}-${viewers}-${form}`;
  const { dialect, port } = peer;
  const rooms = { prefix: PEER_ROOM.slice(0, -1), count: 1 };
  const spec = {
    name: audience,
    dialect,
    host: '127.0.0.1',
    port,
    count: viewers,
    rooms,
    inFlight: PEER_CONNECTS_IN_FLIGHT,
  };
  await lab.fleet.connect(spec, processes);
  return {
    name: peer.name,
    audience,
    viewers,
    pids: { [peer.name]: peer.pid },
    run: (schedule) => publishOnSchedule(peer, schedule, { form, seed: lab.seed }),
  };
}

/** Longwire with a room of its own for this contender. Only access is counted: what viewers cost. */
export async function systemContender(
  lab: Lab,
  system: System,
  wish: { readonly name: string; readonly viewers: number; readonly form: MessageForm; readonly protover: 0 | 3 },
): Promise<Contender> {
  const { name, viewers, form, protover } = wish;
  lab.step(`${name}: ${viewers} connect`);
  const audience = name.replaceAll(' ', '-');
  const rooms = { prefix: `${audience}-`, count: 1 };
  await lab.fleet.connect(system.viewers({ name: audience, count: viewers, rooms, protover }));
  return {
    name,
    audience,
    viewers,
    pids: { access: system.pidOf('access-1') },
    run: (schedule) =>
      lab.fleet.push(system.push({ target: { kind: 'room', rooms }, stream: 0, form, seed: lab.seed, schedule })),
  };
}

/** One turn of a contender at this rate: what a delivery cost it. */
async function takeTurn(
  lab: Lab,
  contender: Contender,
  { ratePerSec, seconds }: { readonly ratePerSec: number; readonly seconds: number },
): Promise<Turn> {
  const schedule = scheduleOf(startSoonMs(), ratePerSec, seconds);
  await lab.fleet.begin({ 0: schedule });
  const expected = schedule.count * contender.viewers;
  const meter = lab.meter(contender.pids);
  await contender.run(schedule);
  await untilDelivered(lab.fleet, { audience: contender.audience, stream: 0, schedule, expected });
  await pause(SETTLE_MS);
  const usage = meter.stop();
  const totals = await lab.fleet.report(contender.audience);
  const deliveries = messagesOf(totals, 0);
  return {
    deliveries,
    expected,
    cpuUsPerDelivery: (usage.totalCpuMs * 1000) / deliveries,
    frames: totals.frames,
  };
}

/**
 * Rounds in which every contender has one turn, in an order that moves on by one each round, so that what slows the
 * machine for a while slows none of them alone; before them a turn each that does not count, in which code gets
 * compiled. Returns the turns by name.
 */
export async function takeRounds(
  lab: Lab,
  contenders: readonly Contender[],
  ratePerSec: number,
): Promise<ReadonlyMap<string, readonly Turn[]>> {
  const turns = new Map<string, Turn[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) {
    lab.step(`${contender.name}, warm-up`);
    await takeTurn(lab, contender, { ratePerSec, seconds: WARM_UP_SECONDS });
  }
  for (let round = 0; round < lab.scale.rounds; round += 1) {
    for (let place = 0; place < contenders.length; place += 1) {
      const contender = contenders[(place + round) % contenders.length];
      if (contender === undefined) continue;
      lab.step(`${contender.name}, round ${round + 1} of ${lab.scale.rounds}`);
      turns.get(contender.name)?.push(await takeTurn(lab, contender, { ratePerSec, seconds: lab.scale.roundSeconds }));
    }
  }
  return turns;
}
