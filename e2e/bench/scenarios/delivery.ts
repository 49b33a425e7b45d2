import type { MessageForm } from '../corpus/corpus.ts';
import { endsAtMs, scheduleOf } from '../core/schedule.ts';
import type { Schedule } from '../core/schedule.ts';
import { monotonicMs } from '../core/monotonic.ts';
import { describeFaults } from '../load/connect-run.ts';
import type { AudienceTotals, Fleet } from '../load/fleet.ts';
import type { ConnectReport, PushReport, RoomSet } from '../load/orders.ts';
import { startMeter } from '../measure/usage-meter.ts';
import type { Usage } from '../measure/usage-meter.ts';
import type { Lab } from './lab.ts';
import type { System } from './system.ts';

const POLL_MS = 150;
const IDLE_MS = 1500;
const GIVE_UP_MS = 6000;
/** Between the order to begin and the first message: all processes have heard of it by then. */
export const LEAD_MS = 300;

const WARM_UP_RATE_PER_SEC = 100;
const WARM_UP_SECONDS = 3;
/** No other stream has this number. */
const WARM_UP_STREAM = 9;

export interface DeliveryWish {
  readonly audience: string;
  readonly stream: number;
  readonly schedule: Schedule;
  readonly expected: number;
  /** After the last delivery. */
  readonly giveUpMs?: number;
}

/** Some seconds of the same talk that do not count: the room's owner learns what the room is like. */
export async function warmUp(
  lab: Lab,
  system: System,
  wish: { readonly audience: string; readonly rooms: RoomSet; readonly form: MessageForm },
): Promise<void> {
  const { audience, rooms, form } = wish;
  const { fleet, seed } = lab;
  lab.step(`${form}: warm-up`);
  const schedule = scheduleOf(startSoonMs(), WARM_UP_RATE_PER_SEC, WARM_UP_SECONDS);
  await fleet.begin({ [WARM_UP_STREAM]: schedule });
  const target = { kind: 'room', rooms } as const;
  await fleet.push(system.push({ target, stream: WARM_UP_STREAM, form, seed: seed + 1, schedule }));
  await untilDelivered(fleet, { audience, stream: WARM_UP_STREAM, schedule, expected: schedule.count });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What these processes take while nothing is sent. */
export async function idleUsage(pids: Readonly<Record<string, number>>): Promise<Usage> {
  const meter = startMeter(pids);
  await pause(IDLE_MS);
  return meter.stop();
}

export function startSoonMs(): number {
  return monotonicMs() + LEAD_MS;
}

/** Resolves when the audience has so many deliveries of the stream, or when all are due and for some seconds none came. */
export async function untilDelivered(fleet: Pick<Fleet, 'report'>, wish: DeliveryWish): Promise<AudienceTotals> {
  const { audience, stream, schedule, expected, giveUpMs = GIVE_UP_MS } = wish;
  let got = 0;
  let movedAtMs = endsAtMs(schedule);
  for (;;) {
    const totals = await fleet.report(audience);
    const messages = messagesOf(totals, stream);
    if (messages >= expected) return totals;
    if (messages > got) movedAtMs = Math.max(movedAtMs, monotonicMs());
    got = messages;
    if (monotonicMs() > movedAtMs + giveUpMs) return totals;
    await pause(POLL_MS);
  }
}

export function messagesOf(totals: AudienceTotals, stream: number): number {
  return totals.streams.get(stream)?.messages ?? 0;
}

/** `all delivered`, or how many are missing. */
export function describeLoss(got: number, expected: number): string {
  if (got === expected) return 'all delivered';
  return `${got} of ${expected} delivered`;
}

/** `, 3 x 429`, by why; or nothing. */
export function describeRefusals({ refused }: Pick<PushReport, 'refused'>): string {
  return Object.entries(refused)
    .map(([why, times]) => `, ${times} x ${why}`)
    .join('');
}

/** `; 3 connects tried again: 3 ECONNRESET`, or nothing. */
export function describeRetries({ retried, faults }: ConnectReport): string {
  return retried === 0 ? '' : `; ${retried} connects tried again: ${describeFaults(faults)}`;
}
