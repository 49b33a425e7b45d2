import { KIB } from '../../core/units.ts';
import { scheduleOf } from '../../core/schedule.ts';
import { startMeter } from '../../measure/usage-meter.ts';
import type { Usage } from '../../measure/usage-meter.ts';
import { noFlows, TIERS } from '../../plan/unit-costs.ts';
import type { Flows, PlanForm, Tier } from '../../plan/unit-costs.ts';
import { messagesOf, pause, startSoonMs, untilDelivered } from '../delivery.ts';
import type { Lab } from '../lab.ts';
import type { System } from '../system.ts';

const IDLE_MS = 4000;
let audiences = 0;

export interface LoadWish {
  readonly form: PlanForm;
  readonly rooms: number;
  /** In all rooms together, one after the other. */
  readonly ratePerSec: number;
}

export interface MeasuredLoad {
  readonly flows: Flows;
  /** What each tier took, without what it takes while nothing happens. */
  readonly cores: Readonly<Record<Tier, number>>;
  readonly messagesPerBatch: number;
  readonly payloadBytes: number;
  readonly ratio: number;
}

/** Viewers spread evenly over some rooms. */
export class RoomAudience {
  readonly name: string;
  readonly rooms: { readonly prefix: string; readonly count: number };
  readonly viewers: number;
  readonly #lab: Lab;

  private constructor(lab: Lab, name: string, wish: { readonly rooms: number; readonly viewers: number }) {
    this.#lab = lab;
    this.name = name;
    this.rooms = { prefix: `${name}-`, count: wish.rooms };
    this.viewers = wish.viewers;
  }

  static async connect(
    lab: Lab,
    system: System,
    wish: { readonly rooms: number; readonly viewers: number },
  ): Promise<RoomAudience> {
    audiences += 1;
    const audience = new RoomAudience(lab, `plan${audiences}`, wish);
    lab.step(`${wish.viewers} viewers in ${wish.rooms} rooms connect`);
    await lab.fleet.connect(system.viewers({ name: audience.name, count: wish.viewers, rooms: audience.rooms }));
    return audience;
  }

  async close(): Promise<void> {
    await this.#lab.fleet.close(this.name);
  }
}

/** Cores by tier over a span: several processes of one tier are summed. */
export function coresByTier({ cpuMs, spanMs }: Usage): Record<Tier, number> {
  const cores: Record<Tier, number> = { control: 0, access: 0, logic: 0, dispatch: 0, service: 0, nats: 0, redis: 0 };
  for (const [name, ms] of Object.entries(cpuMs)) {
    const tier = TIERS.find((each) => name.startsWith(each));
    if (tier !== undefined) cores[tier] += ms / spanMs;
  }
  return cores;
}

/** What the system takes while nothing is sent, whoever is connected. */
export async function measureIdle(system: System): Promise<Record<Tier, number>> {
  const meter = startMeter(system.pids);
  await pause(IDLE_MS);
  return coresByTier(meter.stop());
}

export function withoutIdleCores(
  used: Readonly<Record<Tier, number>>,
  idle: Readonly<Record<Tier, number>>,
): Record<Tier, number> {
  const rest = coresByTier({ spanMs: 1, cpuMs: {}, totalCpuMs: 0 });
  for (const tier of TIERS) rest[tier] = Math.max(0, used[tier] - idle[tier]);
  return rest;
}

/** Pushes to the audience's rooms for some seconds, and counts what that was and what it took. */
export async function measureLoad(
  lab: Lab,
  system: System,
  audience: RoomAudience,
  { form, ratePerSec }: Omit<LoadWish, 'rooms'>,
): Promise<MeasuredLoad> {
  lab.step(`${ratePerSec} ${form}/s into ${audience.rooms.count} rooms`);
  const idle = await measureIdle(system);
  const batches = (): Promise<number> =>
    system.longwire.metric('longwire_dispatch_batches_forwarded_total', { tier: 'dispatch' });
  const handOvers = (): Promise<number> =>
    system.longwire.metric('longwire_service_room_hand_overs_total', { tier: 'service' });
  const [batchesBefore, handOversBefore] = [await batches(), await handOvers()];
  const schedule = scheduleOf(startSoonMs(), ratePerSec, lab.scale.planSeconds);
  await lab.fleet.begin({ 0: schedule });
  const meter = lab.meter(system.pids);
  const target = { kind: 'room', rooms: audience.rooms } as const;
  const pushed = await lab.fleet.push(system.push({ target, stream: 0, form, seed: lab.seed, schedule }));
  const perRoom = audience.viewers / audience.rooms.count;
  const expected = Math.floor(pushed.accepted * perRoom);
  const totals = await untilDelivered(lab.fleet, { audience: audience.name, stream: 0, schedule, expected });
  const usage = meter.stop();
  const sec = usage.spanMs / 1000;
  const sealed = (await batches()) - batchesBefore;
  const handedOver = (await handOvers()) - handOversBefore;
  const payloadBytes = pushed.payloadBytes / pushed.accepted;
  const flows: Flows = {
    ...noFlows(),
    push: pushed.accepted / sec,
    handOver: handedOver / sec,
    rawKib: pushed.payloadBytes / KIB / sec,
    batch: sealed / sec,
    forward: sealed / sec,
    frame: totals.frames / sec,
    wireKib: totals.bytes / KIB / sec,
    connection: audience.viewers,
  };
  return {
    flows,
    cores: withoutIdleCores(coresByTier(usage), idle),
    messagesPerBatch: pushed.accepted / sealed,
    payloadBytes,
    ratio: totals.bytes / (messagesOf(totals, 0) * payloadBytes),
  };
}
