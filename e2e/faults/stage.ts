import { eventually } from '@longwire/testkit';
import { checkHistory } from './history/check-history.ts';
import type { Rules } from './history/evidence.ts';
import { History } from './history/history.ts';
import { FAULT_KINDS, latencyOf } from './history/verdict.ts';
import type { Owed, Verdict } from './history/verdict.ts';
import { Business } from './load/business.ts';
import { EventTail } from './load/event-tail.ts';
import { Fleet } from './load/fleet.ts';
import type { FleetSpec } from './load/fleet.ts';
import type { Row, ScenarioContext } from './scenario.ts';
import { seededRandom } from './seeded-random.ts';
import type { Random } from './seeded-random.ts';

const SETTLE_EVERY_MS = 500;

/** What a scenario plays on: a history of its own, a backend, fleets of clients, and the judge at the end. */
export class Stage {
  readonly history = new History();
  readonly business: Business;
  readonly random: Random;
  readonly events: EventTail;
  readonly fleets: Fleet[] = [];
  readonly #name: string;
  readonly #startMs = performance.now();

  constructor({ topology, seed }: ScenarioContext, name: string) {
    this.#name = name;
    this.random = seededRandom(seed, name);
    const { serviceUrls, controlUrls, apiKey } = topology;
    this.business = new Business({ serviceUrls, controlUrls, apiKey, now: this.now });
    this.events = new EventTail(this.business, this.id(''));
  }

  /** Ms since the stage was set up. */
  readonly now = (): number => performance.now() - this.#startMs;

  /** An id that no other scenario uses. */
  id(what: string): string {
    return `${this.#name}-${what}`;
  }

  /** As many clients, each a user of its own, all in these rooms. */
  specs(count: number, options: { readonly rooms?: readonly string[]; readonly prefix?: string } = {}): FleetSpec[] {
    const { rooms = [], prefix = 'c' } = options;
    return Array.from({ length: count }, (_, index) => ({
      userId: this.id(`${prefix}u${index}`),
      deviceId: this.id(`${prefix}d${index}`),
      rooms,
    }));
  }

  fleet(options: { readonly lossRatio?: number } = {}): Fleet {
    const { history, business, random, now } = this;
    const fleet = new Fleet({ history, business, random, now, ...options });
    this.fleets.push(fleet);
    return fleet;
  }

  judge(rules: Omit<Rules, 'endedAtMs'>): Verdict {
    return checkHistory(this.history, { ...rules, endedAtMs: this.now() });
  }

  /** Judges again and again until nothing is missing any more, or the time is over: then what is missing is lost. */
  async settle(rules: Omit<Rules, 'endedAtMs'>, withinMs: number): Promise<Verdict> {
    const settled = { ...rules, endedAtMs: this.now() };
    const look = (): Verdict => checkHistory(this.history, settled);
    await eventually(() => look().counts.lost === 0, { timeoutMs: withinMs, everyMs: SETTLE_EVERY_MS }).catch(
      () => false,
    );
    return look();
  }

  /** p99 of the time from asking to each viewer, of the pushes of a lane from a number on. */
  delayP99(lane: 'express' | 'bulk', fromPush = 0): number {
    const delaysMs: number[] = [];
    for (const { seen } of this.history.clients) {
      for (let row = 0; row < seen.size; row += 1) {
        const push = seen.pushAt(row);
        const record = this.history.pushes[push];
        if (push >= fromPush && record?.lane === lane) delaysMs.push(seen.atMsAt(row) - record.askedAtMs);
      }
    }
    return latencyOf(delaysMs).p99;
  }

  async close(): Promise<void> {
    for (const fleet of this.fleets) fleet.stop();
    await this.events.stop();
  }
}

/** The lines that every verdict has: all that was owed was delivered, and no fault of any kind. */
export function verdictRows(verdict: Verdict, what: string, mayAdmit = false): readonly Row[] {
  const { express, rooms, admitted, counts, findings, latency } = verdict;
  const faults = FAULT_KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`);
  const example = findings[0] === undefined ? '' : `: ${findings[0].what}`;
  return [
    ...(express.owed > 0 ? [owedRow(`${what}: express delivered of what was owed`, express)] : []),
    ...(rooms.owed > 0
      ? [roomsRow(`${what}: room messages delivered of what was owed`, rooms, { admitted, mayAdmit })]
      : []),
    {
      check: `${what}: lost, duplicate, reordered, late, wrong`,
      measured: faults.length === 0 ? 'none' : `${faults.join(', ')}${example}`,
      wanted: 'none, and something owed',
      isMet: faults.length === 0 && express.owed + rooms.owed > 0,
    },
    {
      check: `${what}: time to the viewer, p50 / p99 / max`,
      measured: [latency.p50, latency.p99, latency.max].map((ms) => `${Math.round(ms)} ms`).join(' / '),
      wanted: '',
      isMet: true,
    },
  ];
}

function owedRow(check: string, { owed, delivered }: Owed): Row {
  const share = (100 * delivered) / owed;
  const measured = `${share.toFixed(share === 100 ? 0 : 3)}% of ${owed}`;
  return { check, measured, wanted: '100%', isMet: delivered === owed };
}

/** Where history may really be gone, as when all who had it were killed, a server may say so. */
function roomsRow(check: string, rooms: Owed, { admitted, mayAdmit }: { admitted: number; mayAdmit: boolean }): Row {
  const row = owedRow(check, rooms);
  if (admitted === 0) return row;
  const isMet = mayAdmit && rooms.delivered + admitted === rooms.owed;
  const wanted = mayAdmit ? '100%, or told that it is gone' : row.wanted;
  return { check, measured: `${row.measured}, ${admitted} told to be gone`, wanted, isMet };
}

/** One line that compares a number with its bound. */
export function boundRow(check: string, measured: number, bound: { most: number; unit: string }): Row {
  const { most, unit } = bound;
  return {
    check,
    measured: `${Number.isInteger(measured) ? measured : measured.toFixed(1)} ${unit}`.trim(),
    wanted: `at most ${most} ${unit}`.trim(),
    isMet: measured <= most,
  };
}
