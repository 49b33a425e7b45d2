import { rssBytesOf } from '../../measure/process-usage.ts';
import { KIB, MIB } from '../../core/units.ts';
import { scheduleOf } from '../../core/schedule.ts';
import { describeMachine } from '../../measure/machine.ts';
import { fitBeside, fitCosts } from '../../plan/fit.ts';
import type { Sample } from '../../plan/fit.ts';
import { noFlows, TIERS, UNITS_OF } from '../../plan/unit-costs.ts';
import type { Flows, PlanForm, RatioPoint, Tier, Unit, UnitCosts } from '../../plan/unit-costs.ts';
import { pause, startSoonMs, untilDelivered } from '../delivery.ts';
import type { Lab } from '../lab.ts';
import type { System } from '../system.ts';
import { coresByTier, measureIdle, measureLoad, RoomAudience, withoutIdleCores } from './measured-load.ts';
import { measureNatsForward } from './measure-nats.ts';
import type { LoadWish, MeasuredLoad } from './measured-load.ts';

/**
 * Far apart in every unit, so that each unit's share of the cost can be told, and heavy enough that no tier sleeps between
 * two messages: waking up costs several times the work, and a process that is worth planning has not much of that.
 */
const LOADS: readonly LoadWish[] = [
  { form: 'lean', rooms: 1, ratePerSec: 200 },
  { form: 'lean', rooms: 1, ratePerSec: 1000 },
  { form: 'rich', rooms: 1, ratePerSec: 100 },
  { form: 'rich', rooms: 1, ratePerSec: 300 },
  { form: 'lean', rooms: 200, ratePerSec: 400 },
  { form: 'lean', rooms: 200, ratePerSec: 1200 },
  { form: 'rich', rooms: 200, ratePerSec: 400 },
  { form: 'lean', rooms: 1000, ratePerSec: 600 },
  { form: 'lean', rooms: 1000, ratePerSec: 1500 },
];
const WARM_UP: LoadWish = { form: 'lean', rooms: 1, ratePerSec: 100 };
const EXPRESS_PER_SEC = 100;
const EXPRESS_USERS = 100;
const TOKENS = 400;
const TOKENS_IN_FLIGHT = 8;
const SETTLE_MS = 2000;

type TierRecord<T> = Record<Tier, T>;
interface Measured {
  readonly flows: Flows;
  readonly cores: Readonly<TierRecord<number>>;
}

/** Puts a fresh system under loads that differ in one unit each and works out what a unit costs every tier. */
export async function measureUnitCosts(lab: Lab, system: System): Promise<UnitCosts> {
  const accessPid = system.pidOf('access-1');
  const warm = await RoomAudience.connect(lab, system, { rooms: 1, viewers: 200 });
  await measureLoad(lab, system, warm, WARM_UP);
  await warm.close();
  await pause(SETTLE_MS);
  const idleCores = await measureIdle(system);
  const baseBytes = rssBytesOf(accessPid);
  const connects = await measureConnects(lab, system);
  await pause(SETTLE_MS);
  const growth = (rssBytesOf(accessPid) - baseBytes) / lab.scale.viewers;
  const crowded = await measureIdle(system);
  await connects.audience.close();
  const loads = await measureLoads(lab, system);
  const express = await measureExpress(lab, system);
  const tokens = await measureTokens(lab, system);
  const natsForward = await measureNatsForward(lab);
  const samples = [...loads.map(({ flows, cores }) => ({ flows, cores })), express];
  const perTier = (tier: Tier): Partial<Record<Unit, number>> => ({
    ...fitTier(tier, samples, natsForward),
    ...(tier === 'control' ? { connect: tokens } : { connect: connects.cpuUs[tier] }),
    ...(tier === 'access' ? { connection: perConnection(crowded, idleCores, lab.scale.viewers) } : {}),
  });
  return {
    format: 1,
    machine: describeMachine(),
    cpuUs: byTier(perTier),
    idleCores,
    kibPerConnection: growth / KIB,
    accessBaseMib: baseBytes / MIB,
    payloadBytes: { lean: payloadOf(loads, 'lean'), rich: payloadOf(loads, 'rich') },
    ratios: { lean: ratiosOf(loads, 'lean'), rich: ratiosOf(loads, 'rich') },
  };
}

/** Where a forward to NATS cannot be measured by itself, it has the whole price of a batch: too much beyond one node. */
function fitTier(tier: Tier, measured: readonly Measured[], natsForward: number | undefined) {
  const samples = measured.map((each) => sampleOf(each, tier));
  if (tier !== 'nats') return fitCosts(samples, UNITS_OF[tier]);
  if (natsForward !== undefined) return fitBeside({ forward: natsForward }, samples, UNITS_OF.nats);
  return fitCosts(
    samples,
    UNITS_OF.nats.filter((unit) => unit !== 'batch'),
  );
}

function byTier<T>(of: (tier: Tier) => T): TierRecord<T> {
  return Object.fromEntries(TIERS.map((tier) => [tier, of(tier)])) as TierRecord<T>;
}

function sampleOf({ flows, cores }: Measured, tier: Tier): Sample {
  return { flows, cores: cores[tier] };
}

function perConnection(crowded: TierRecord<number>, idle: TierRecord<number>, viewers: number): number {
  return Math.max(0, ((crowded.access - idle.access) * 1e6) / viewers);
}

type NamedLoad = MeasuredLoad & { readonly form: PlanForm };

async function measureLoads(lab: Lab, system: System): Promise<readonly NamedLoad[]> {
  const measured: NamedLoad[] = [];
  const sizes = [...new Set(LOADS.map((load) => load.rooms))];
  // Twice, the second time backwards: a machine that is slow for a while is not slow for one kind of load alone.
  for (const rooms of [...sizes, ...sizes.toReversed()]) {
    const audience = await RoomAudience.connect(lab, system, { rooms, viewers: lab.scale.viewers });
    for (const load of LOADS.filter((each) => each.rooms === rooms)) {
      measured.push({ ...(await measureLoad(lab, system, audience, load)), form: load.form });
    }
    await audience.close();
    await pause(SETTLE_MS);
  }
  return measured;
}

function payloadOf(loads: readonly NamedLoad[], form: PlanForm): number {
  return loads.find((load) => load.form === form)?.payloadBytes ?? Number.NaN;
}

function ratiosOf(loads: readonly NamedLoad[], form: PlanForm): readonly RatioPoint[] {
  return loads.filter((load) => load.form === form).map(({ messagesPerBatch, ratio }) => ({ messagesPerBatch, ratio }));
}

/** One audience gets in as fast as it may: CPU per full connect, by tier. Tokens are minted by the load itself. */
async function measureConnects(lab: Lab, system: System) {
  const { viewers } = lab.scale;
  const idle = await measureIdle(system);
  const meter = lab.meter(system.pids);
  const audience = await RoomAudience.connect(lab, system, { rooms: 50, viewers });
  const usage = meter.stop();
  const used = withoutIdleCores(coresByTier(usage), idle);
  const cpuUs = byTier((tier) => (used[tier] * usage.spanMs * 1000) / viewers);
  return { audience, cpuUs };
}

/** Pushes with `ack:true` to one device each. */
async function measureExpress(lab: Lab, system: System): Promise<Measured> {
  const name = 'plan-express';
  await lab.fleet.connect(system.viewers({ name, count: EXPRESS_USERS, perUser: 1, isRoomless: true }));
  try {
    const idle = await measureIdle(system);
    lab.step(`${EXPRESS_PER_SEC} express/s`);
    const schedule = scheduleOf(startSoonMs(), EXPRESS_PER_SEC, lab.scale.planSeconds);
    await lab.fleet.begin({ 0: schedule });
    const meter = lab.meter(system.pids);
    const target = { kind: 'user', prefix: name, count: EXPRESS_USERS } as const;
    const pushed = await lab.fleet.push(system.push({ target, stream: 0, form: 'lean', seed: lab.seed, schedule }));
    await untilDelivered(lab.fleet, { audience: name, stream: 0, schedule, expected: pushed.accepted });
    const usage = meter.stop();
    const flows = { ...noFlows(), express: (pushed.accepted * 1000) / usage.spanMs };
    return { flows, cores: withoutIdleCores(coresByTier(usage), idle) };
  } finally {
    await lab.fleet.close(name);
  }
}

/** CPU of control in us for one token with its node list. */
async function measureTokens(lab: Lab, system: System): Promise<number> {
  lab.step(`${TOKENS} tokens`);
  const idle = await measureIdle(system);
  const meter = lab.meter(system.pids);
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < TOKENS) {
      next += 1;
      const { status } = await system.longwire.api.control('POST', '/v1/connect', { deviceId: `plan-token-${next}` });
      if (status !== 200) throw new Error(`control answered ${status} instead of a token`);
    }
  };
  await Promise.all(Array.from({ length: TOKENS_IN_FLIGHT }, loop));
  const usage = meter.stop();
  return (withoutIdleCores(coresByTier(usage), idle).control * usage.spanMs * 1000) / TOKENS;
}
