import type { LinkQualityTable, LinkStanding } from '../quality/link-quality-table.ts';
import type { SchedulingPolicy } from './policy.ts';

/** Clients' word takes no more than this from a node: it may be wrong, or hostile, and never ejects anybody. */
export const LEAST_FACTOR = 0.5;
/** So much worse than the others is chance; so much worse costs the full half. */
const WORSE = { tolerated: 0.05, full: 0.4 } as const;
/** With this many reports half of their weight counts. */
const HALF_TRUSTED_REPORTS = 20;

/**
 * Gives a node a smaller share when its clients report losses, failed dials and slow connects, and clients of the others
 * do not: where all are bad alike it is the clients' network. Few reports move little.
 */
export function createLinkQualityPolicy(table: Pick<LinkQualityTable, 'standing'>): SchedulingPolicy {
  return {
    name: 'link-quality',
    factor: ({ description }) => {
      const standing = table.standing(description.nodeId);
      return standing === undefined ? 1 : factorOf(standing);
    },
  };
}

function factorOf({ reports, badRatio, othersBadRatio }: LinkStanding): number {
  const worse = badRatio - othersBadRatio - WORSE.tolerated;
  const fault = Math.min(1, Math.max(0, worse / (WORSE.full - WORSE.tolerated)));
  const trust = reports / (reports + HALF_TRUSTED_REPORTS);
  return 1 - (1 - LEAST_FACTOR) * fault * trust;
}
