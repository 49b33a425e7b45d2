import type { Clock, LeaseStore } from '@longwire/domain';
import { startLoop } from '@longwire/runtime';
import type { Logger, Loop } from '@longwire/runtime';

export interface SiteShareOptions {
  readonly leases: Pick<LeaseStore, 'join' | 'leave'>;
  readonly site: string;
  readonly holder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly periodMs: number;
  readonly ttlMs: number;
  /** The set of processes this one shares with is another than before. */
  readonly onChange: () => void;
}

/**
 * Which messages this process acts for, among the processes of its site: each id belongs to one of them, and few ids move
 * when one comes or goes. While it is not known who lives (the lease store is away) every process acts for all: copies are
 * dropped by access nodes, a message nobody acts for would be lost.
 */
export class SiteShare {
  readonly #options: SiteShareOptions;
  #members: readonly string[] | undefined;
  #knownAtMs = Number.NEGATIVE_INFINITY;
  #loop: Loop | undefined;

  constructor(options: SiteShareOptions) {
    this.#options = options;
  }

  start(): void {
    const { periodMs, clock, logger } = this.#options;
    this.#loop = startLoop({ name: 'express-share', periodMs, clock, logger, task: () => this.#renew() });
  }

  /** Leaves, so that the others act for its part at once. */
  async stop(): Promise<void> {
    const { leases, holder } = this.#options;
    await this.#loop?.stop();
    // When the store does not answer, the others find out by the lapse of the time to live.
    await leases.leave(this.#group(), holder).catch(() => undefined);
  }

  isMine(id: string): boolean {
    const { holder, clock, ttlMs } = this.#options;
    const members = this.#members;
    if (members === undefined || clock.monotonic() - this.#knownAtMs > ttlMs || !members.includes(holder)) return true;
    if (members.length === 1) return true;
    const mine = weightOf(holder, id);
    return members.every((member) => member === holder || isAhead({ mine, holder }, { member, id }));
  }

  #group(): string {
    return `express:${this.#options.site}`;
  }

  async #renew(): Promise<void> {
    const { leases, holder, ttlMs, clock, onChange } = this.#options;
    try {
      const members = await leases.join(this.#group(), holder, ttlMs);
      const isChanged = members.join(' ') !== this.#members?.join(' ');
      this.#members = members;
      this.#knownAtMs = clock.monotonic();
      if (isChanged) onChange();
    } catch {
      // The age of what is known says it: from ttlMs on this process acts for all.
    }
  }
}

function isAhead(own: { mine: number; holder: string }, other: { member: string; id: string }): boolean {
  const weight = weightOf(other.member, other.id);
  return own.mine === weight ? own.holder > other.member : own.mine > weight;
}

/** Rendezvous hashing: FNV-1a of member and id, its bits mixed (MurmurHash3's finisher) since FNV's high bits are weak. */
function weightOf(member: string, id: string): number {
  let hash = 0x811c9dc5;
  for (const text of [member, id]) {
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
