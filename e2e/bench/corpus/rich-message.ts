import type { Barrage } from './barrage.ts';
import { richDanmaku } from './rich-danmaku.ts';
import { richCount, richEnter, richGift, richLike } from './rich-events.ts';

/** Shares of a hot room's messages, summed up; what is left is {@link richCount}. */
const SHARES = [
  { upTo: 0.58, make: richDanmaku },
  { upTo: 0.78, make: richEnter },
  { upTo: 0.87, make: richGift },
  { upTo: 0.96, make: richLike },
] as const;

/**
 * The form of a service that grew for years, after the publicly documented shape of a live room's messages: 1.8 KB on
 * average, much of it said more than once. All values are made up.
 */
export function richMessage(barrage: Barrage): object {
  const share = SHARES.find(({ upTo }) => barrage.roll < upTo);
  return share === undefined ? richCount(barrage) : share.make(barrage);
}
