import type { Clock, EventCursors, EventLog, LeaseStore } from '@longwire/domain';
import { defineComponent, startLoop } from '@longwire/runtime';
import type { Component, Logger, Loop } from '@longwire/runtime';
import type { EventSink } from './event-sink.ts';
import { SinkLease } from './sink-lease.ts';

/** Pause between looks while another process holds the lease, or after a full round. */
const LOOK_MS = 100;
/** Longest wait for new events at a time. */
const WAIT_MS = 1000;
/** Longest pause between tries while the sink does not take what it is given. */
const MAX_BACKOFF_MS = 30_000;

export interface EventCourierOptions {
  readonly sink: EventSink;
  readonly log: Pick<EventLog, 'readAfter'>;
  readonly cursors: EventCursors;
  readonly leases: Pick<LeaseStore, 'claim' | 'release'>;
  /** Names this process among those that claim the sink. */
  readonly holder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onDelivered: (events: number, isGap: boolean) => void;
  readonly onFailure: () => void;
}

/** Passes the event log on to one sink. */
export interface EventCourier extends Component {
  /** True while this process is the one that does it. */
  isActive(): boolean;
}

/**
 * Hands all that the log has to the sink, batch after batch, in order, each at least once: the next one only when the last
 * was taken, from where the one before stopped, over restarts and changes of the process. A sink that refuses or hangs is
 * tried again for ever, ever more slowly; what the log has dropped by then is told as a gap. Several processes may run one
 * each; the holder of the sink's lease acts. With no cursor saved it begins with the oldest event the log has.
 */
export function createEventCourier(options: EventCourierOptions): EventCourier {
  const { sink, log, cursors, clock, logger } = options;
  const name = `events/${sink.name}`;
  const lease = new SinkLease({ leaseId: name, holder: options.holder, leases: options.leases, clock, logger });
  let loop: Loop | undefined;
  let position: string | undefined;
  let positionEpoch: number | undefined;
  let isSaved = true;

  /** Where to go on: what was saved, else (the store has lost it) where this process was. */
  const startUnder = async (epoch: number): Promise<string> => {
    if (position !== undefined && positionEpoch === epoch) return position;
    const start = (await cursors.read(name))?.position ?? position ?? '0';
    position = start;
    positionEpoch = epoch;
    return start;
  };

  const save = async (reached: string, epoch: number): Promise<void> => {
    position = reached;
    isSaved = false;
    const isOurs = await cursors.save(name, { position: reached, epoch });
    isSaved = true;
    if (!isOurs) lease.lose();
  };

  /** True when there was something. */
  const passOn = async (epoch: number, signal: AbortSignal): Promise<boolean> => {
    const from = await startUnder(epoch);
    if (!isSaved) await save(from, epoch);
    const { events, next, isGap } = await log.readAfter(from, { limit: sink.maxEvents, waitMs: WAIT_MS, signal });
    if (signal.aborted) return false;
    if (events.length === 0 && !isGap) return false;
    await deliver({ events: events.map(({ event }) => event), isGap }, signal);
    options.onDelivered(events.length, isGap);
    await save(next, epoch);
    return true;
  };

  const deliver: EventSink['deliver'] = async (batch, signal) => {
    try {
      await sink.deliver(batch, signal);
    } catch (caught) {
      options.onFailure();
      throw caught;
    }
  };

  const task = async (signal: AbortSignal): Promise<void> => {
    for (let hasMore = true; hasMore && !signal.aborted;) {
      const epoch = lease.epoch;
      if (epoch === undefined) return;
      hasMore = await passOn(epoch, signal);
    }
  };

  const component = defineComponent({
    name,
    start: () => {
      lease.start();
      loop = startLoop({ name, periodMs: LOOK_MS, maxBackoffMs: MAX_BACKOFF_MS, clock, logger, task });
    },
    stop: async () => {
      await loop?.stop();
      await lease.stop();
    },
  });
  return Object.assign(component, { isActive: () => lease.epoch !== undefined });
}
