import type { Finding } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import { ratios } from '../core/statistics.ts';
import { withoutIdle } from '../measure/usage-meter.ts';
import { FRAME_BY_FRAME_PER_SEC, systemContender, takeRounds } from './contender.ts';
import { idleUsage, messagesOf, startSoonMs, untilDelivered } from './delivery.ts';
import { ofRounds } from './finding.ts';
import type { Lab, Scenario, ScenarioOutcome } from './lab.ts';
import type { System } from './system.ts';

const VIEWERS_PER_ROOM = 15;
/** In all, over few rooms or many: ten rooms get four each a second, which leaves each message a frame of its own. */
const ROOMS_RATE_PER_SEC = 40;
const ROOMS_ROUND_FACTOR = 2;
/** Flat: the price at any size is within a fifth of that at the smallest. */
const FLAT = { atMost: 1.2 } as const;

/** Row 13: what a delivery costs does not depend on how many there are. */
export const growth: Scenario = {
  name: 'growth',
  about: 'CPU per delivery as viewers and rooms grow (row 13)',
  run: runGrowth,
};

async function runGrowth(lab: Lab): Promise<ScenarioOutcome> {
  const system = await lab.system();
  return { findings: [...(await byViewers(lab, system)), ...(await byRooms(lab, system))] };
}

async function byViewers(lab: Lab, system: System): Promise<readonly Finding[]> {
  const contenders = [];
  for (const viewers of lab.scale.growthViewers) {
    contenders.push(
      await systemContender(lab, system, { name: `room of ${viewers}`, viewers, form: 'frame', protover: 0 }),
    );
  }
  try {
    const turns = await takeRounds(lab, contenders, FRAME_BY_FRAME_PER_SEC);
    const costs = contenders.map(({ name }) => (turns.get(name) ?? []).map(({ cpuUsPerDelivery }) => cpuUsPerDelivery));
    const [smallest = []] = costs;
    return contenders.flatMap(({ name, viewers }, index) => {
      const own = costs[index] ?? [];
      const cost = {
        key: `growth.cpu-us.${viewers}`,
        row: 13,
        what: `CPU per delivery, ${name}`,
        unit: 'us',
        isRatio: false,
      };
      if (index === 0) return [ofRounds(cost, own)];
      const ratio = {
        key: `growth.viewers.${index}`,
        row: 13,
        what: `the same against the smallest room`,
        unit: 'x',
        isRatio: true,
        goal: FLAT,
      };
      return [ofRounds(cost, own), ofRounds(ratio, ratios(own, smallest))];
    });
  } finally {
    for (const { audience } of contenders) await lab.fleet.close(audience);
  }
}

async function byRooms(lab: Lab, system: System): Promise<readonly Finding[]> {
  const { rounds, growthRooms } = lab.scale;
  const costs: number[][] = [];
  for (const count of growthRooms) {
    const name = `rooms-${count}`;
    const rooms = { prefix: `${name}-`, count };
    lab.step(`${count} rooms of ${VIEWERS_PER_ROOM}`);
    await lab.fleet.connect(system.viewers({ name, count: count * VIEWERS_PER_ROOM, rooms }));
    const own: number[] = [];
    for (let round = 0; round < rounds; round += 1) own.push(await roomsCost(lab, system, { name, rooms }));
    costs.push(own);
    await lab.fleet.close(name);
  }
  const [few = [], many = []] = costs;
  const finding = { row: 13, unit: 'us', isRatio: false } as const;
  return [
    ofRounds(
      {
        ...finding,
        key: 'growth.cpu-us.few-rooms',
        what: `access CPU per delivery, ${growthRooms[0]} rooms of ${VIEWERS_PER_ROOM}`,
      },
      few,
    ),
    ofRounds(
      {
        ...finding,
        key: 'growth.cpu-us.many-rooms',
        what: `access CPU per delivery, ${growthRooms[1]} rooms of ${VIEWERS_PER_ROOM}`,
      },
      many,
    ),
    ofRounds(
      { key: 'growth.rooms', row: 13, what: 'the same, many rooms against few', unit: 'x', isRatio: true, goal: FLAT },
      ratios(many, few),
    ),
  ];
}

/** One round at the same rate, whatever the number of rooms. What access does without any message is taken off. */
async function roomsCost(
  lab: Lab,
  system: System,
  { name, rooms }: { readonly name: string; readonly rooms: { readonly prefix: string; readonly count: number } },
): Promise<number> {
  const access = { access: system.pidOf('access-1') };
  const idle = await idleUsage(access);
  const schedule = scheduleOf(startSoonMs(), ROOMS_RATE_PER_SEC, lab.scale.roundSeconds * ROOMS_ROUND_FACTOR);
  await lab.fleet.begin({ 0: schedule });
  const meter = lab.meter(access);
  const target = { kind: 'room', rooms } as const;
  const pushed = await lab.fleet.push(system.push({ target, stream: 0, form: 'frame', seed: lab.seed, schedule }));
  const expected = pushed.accepted * VIEWERS_PER_ROOM;
  const totals = await untilDelivered(lab.fleet, { audience: name, stream: 0, schedule, expected });
  const usage = meter.stop();
  const idles = [idle, await idleUsage(access)];
  return (withoutIdle(usage, idles, 'access') * 1000) / messagesOf(totals, 0);
}
