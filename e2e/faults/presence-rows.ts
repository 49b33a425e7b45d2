import { eventually } from '@longwire/testkit';
import { checkPresenceLog } from './history/check-presence.ts';
import type { RealPresence } from './history/check-presence.ts';
import type { FleetMember } from './load/fleet.ts';
import type { Row, ScenarioContext } from './scenario.ts';
import type { Stage } from './stage.ts';

const TRUE_WITHIN_MS = 10_000;
/**
 * An absence this much shorter than the grace may still look longer from inside: a return is heard of late while the logic
 * process that it is reported to is stopped or cut off, for up to 4 s, and until the node has found another one.
 */
const GRACE_SLACK_MS = 6000;

/** Waits until counts equal the truth, everywhere they are told; one row says how long that took. */
export async function onlineRow(stage: Stage, what: string): Promise<Row> {
  const members = stage.fleets.flatMap((fleet) => fleet.members).filter(({ client }) => client.isIn);
  const startMs = performance.now();
  const check = `${what}: counts and presence equal the truth`;
  try {
    await eventually(() => mustBeTrue(stage, members), { timeoutMs: 2 * TRUE_WITHIN_MS, everyMs: 100 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { check, measured: `not at all: ${why}`, wanted: `within ${TRUE_WITHIN_MS / 1000} s`, isMet: false };
  }
  const tookMs = performance.now() - startMs;
  const measured = `after ${(tookMs / 1000).toFixed(1)} s`;
  return { check, measured, wanted: `within ${TRUE_WITHIN_MS / 1000} s`, isMet: tookMs <= TRUE_WITHIN_MS };
}

async function mustBeTrue({ business }: Stage, members: readonly FleetMember[]): Promise<void> {
  const rooms = new Map<string, number>();
  for (const { spec } of members) for (const room of spec.rooms) rooms.set(room, (rooms.get(room) ?? 0) + 1);
  const users = new Set(members.map(({ spec }) => spec.userId ?? spec.deviceId)).size;
  const { body } = await business.api.service('GET', '/v1/online');
  const told = JSON.stringify([body['connections'], body['users'], body['rooms']]);
  const real = JSON.stringify([members.length, users, rooms.size]);
  if (told !== real) throw new Error(`connections, users, rooms are told as ${told} and are ${real}`);
  for (const [roomId, online] of rooms) {
    const room = await business.api.service('GET', `/v1/rooms/${roomId}`);
    if (room.body['online'] !== online)
      throw new Error(`room ${roomId} is told as ${String(room.body['online'])} and has ${online}`);
  }
}

/** The clients leave, and the log of enters and leaves must have one of each. */
export async function leaveRows(
  stage: Stage,
  { leaveGraceMs }: ScenarioContext,
  what: string,
): Promise<readonly Row[]> {
  const endedMs = stage.now();
  for (const fleet of stage.fleets) fleet.stop();
  const real = realPresence(stage, { leaveGraceMs, endedMs, isStillIn: false });
  const row = await logRow(stage, real, leaveGraceMs + TRUE_WITHIN_MS);
  return [{ ...row, check: `${what}: enter and leave log`, wanted: 'one enter, one leave each' }];
}

/** The clients stay, and the log must have one enter of each and no leave. */
export async function enterRow(stage: Stage, { leaveGraceMs }: ScenarioContext, what: string): Promise<Row> {
  const real = realPresence(stage, { leaveGraceMs, endedMs: stage.now(), isStillIn: true });
  const row = await logRow(stage, real, TRUE_WITHIN_MS);
  return { ...row, check: `${what}: enter log of those who stay`, wanted: 'one enter each' };
}

async function logRow(
  { events }: Stage,
  real: readonly RealPresence[],
  timeoutMs: number,
): Promise<Pick<Row, 'measured' | 'isMet'>> {
  const look = (): readonly string[] => checkPresenceLog(events.events, real);
  await eventually(() => look().length === 0, { timeoutMs, everyMs: 250 }).catch(() => false);
  const wrong = look();
  const measured =
    wrong.length === 0 ? `${events.events.length} events, right` : `${wrong.length} wrong: ${wrong[0] ?? ''}`;
  return { measured, isMet: wrong.length === 0 };
}

interface Circumstances {
  readonly leaveGraceMs: number;
  readonly endedMs: number;
  readonly isStillIn: boolean;
}

function realPresence({ fleets }: Stage, circumstances: Circumstances): readonly RealPresence[] {
  return fleets.flatMap((fleet) => fleet.members).map((member) => realPresenceOf(member, circumstances));
}

function realPresenceOf(
  { spec, record }: FleetMember,
  { leaveGraceMs, endedMs, isStillIn }: Circumstances,
): RealPresence {
  const { stays } = record;
  const longAbsences = stays.filter((stay, index) => {
    const before = stays[index - 1];
    return before !== undefined && stay.fromMs - before.untilMs > Math.max(0, leaveGraceMs - GRACE_SLACK_MS);
  }).length;
  const isAway = (stays.at(-1)?.untilMs ?? 0) < endedMs;
  return {
    deviceId: spec.deviceId,
    rooms: spec.rooms,
    longAbsences: longAbsences + (isAway ? 1 : 0),
    isStillIn,
  };
}
