import type { Client } from './client.ts';
import { systemClock } from './clock.ts';
import type { ClientClock } from './clock.ts';
import type { LinkQuality } from './link-stats.ts';

export interface ReportQualityOptions {
  /** Takes a report; where it goes (your backend, say) is yours. */
  readonly report: (quality: Readonly<LinkQuality>) => void;
  /** Default 60,000; the first one comes after a random part of it, so that clients do not report together. */
  readonly everyMs?: number;
  /** Which share of clients reports at all; default 1, drawn once per call. */
  readonly share?: number;
  /** For tests. */
  readonly clock?: ClientClock;
  /** For tests: from 0 to below 1. */
  readonly random?: () => number;
}

/** Reports how good a client's link has been since it began, again and again until it is closed. */
export function reportQuality(client: Pick<Client, 'quality' | 'closed'>, options: ReportQualityOptions): void {
  const { report, everyMs = 60_000, share = 1, clock = systemClock, random = Math.random } = options;
  if (random() >= share) return;
  const next = (): void => {
    timer = clock.after(everyMs, next);
    report(client.quality);
  };
  let timer = clock.after(everyMs * random(), next);
  void client.closed.then(() => timer.cancel());
}
