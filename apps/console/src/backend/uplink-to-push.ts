import type { Clock } from '@longwire/domain';
import { defineComponent, rateLimited } from '@longwire/runtime';
import type { Component, Logger } from '@longwire/runtime';
import type { EventSourceMessage } from 'eventsource-parser';
import type { ConsoleMetrics } from '../metrics.ts';
import { createEventFeed } from './event-feed.ts';
import type { LongwireApi } from './longwire-api.ts';
import { OrderedLanes } from './ordered-lanes.ts';
import { pushUntilTaken } from './push-until-taken.ts';
import { SeenIds } from './seen-ids.ts';
import { pushesOf, uplinkSchema } from './uplink.ts';
import type { Uplink } from './uplink.ts';

export interface UplinkToPushOptions {
  readonly api: Pick<LongwireApi, 'openEvents' | 'push'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ConsoleMetrics;
  /** In [0, 1); default Math.random. */
  readonly random?: () => number;
}

export interface UplinkToPush {
  readonly component: Component;
  /** True while the event stream is open. */
  readonly isOpen: () => boolean;
}

const LANE_COUNT = 16;
const MAX_WAITING = 1_000;
const SEEN_CAPACITY = 10_000;
const GIVE_UP_MS = 10_000;
/** How long a start waits for the stream, so that the first words of the first viewer are not missed. */
const OPEN_WAIT_MS = 2_000;
const LOG_PERIOD_MS = 10_000;

/**
 * The business: what viewers send up comes in on the event stream and goes out as a push to their room. At most 16 pushes
 * run at a time; the words of one device keep their order, a repeated event is pushed once, and when pushes are slow the
 * stream is read slower.
 */
export function createUplinkToPush(options: UplinkToPushOptions): UplinkToPush {
  const { api, clock, metrics, random = Math.random } = options;
  const logger = rateLimited(options.logger, clock, LOG_PERIOD_MS);
  const stopping = new AbortController();
  const { signal } = stopping;
  const seen = new SeenIds(SEEN_CAPACITY);
  const lanes = new OrderedLanes({
    laneCount: LANE_COUNT,
    maxWaiting: MAX_WAITING,
    onWaiting: (count) => metrics.waiting.set(count),
  });

  async function take(uplink: Uplink): Promise<void> {
    try {
      for (const push of pushesOf(uplink)) {
        await pushUntilTaken(push, { api, clock, signal, giveUpMs: GIVE_UP_MS, random });
      }
      metrics.uplinks.inc({ outcome: 'pushed' });
    } catch (err) {
      metrics.uplinks.inc({ outcome: 'failed' });
      logger.warn({ err, eventId: uplink.eventId }, 'uplink-not-pushed');
    }
  }

  async function onEvent({ event, data }: EventSourceMessage): Promise<void> {
    if (event === 'gap') {
      metrics.feedGaps.inc();
      logger.warn('event-stream-gap');
      return;
    }
    const parsed = uplinkSchema.safeParse(readJson(data));
    if (!parsed.success) {
      metrics.uplinks.inc({ outcome: 'invalid' });
      return;
    }
    const uplink = parsed.data;
    if (!seen.isNew(uplink.eventId)) {
      metrics.uplinks.inc({ outcome: 'repeated' });
      return;
    }
    await lanes.add(uplink.deviceId, () => take(uplink));
  }

  const opened = Promise.withResolvers<void>();
  const onOpen = (): void => {
    metrics.feedOpens.inc();
    opened.resolve();
  };
  const feed = createEventFeed({ api, clock, logger, types: ['uplink'], onEvent, onOpen, random });

  let running: Promise<void> | undefined;
  const component = defineComponent({
    name: 'uplink-to-push',
    start: async (starting) => {
      running = feed.run(signal);
      const timer = clock.after(OPEN_WAIT_MS, opened.resolve);
      starting.addEventListener('abort', () => opened.resolve(), { once: true });
      await opened.promise;
      timer.cancel();
    },
    stop: async () => {
      stopping.abort();
      await running;
      await lanes.idle();
    },
  });
  return { component, isOpen: feed.isOpen };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // What is no JSON is no uplink either; the caller counts it as invalid.
    return undefined;
  }
}
