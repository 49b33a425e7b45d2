import type { Bus, BusHandler, Clock, ExpressStore, LogicApi, PendingDelivery, Subscription } from '@longwire/domain';
import { defineComponent } from '@longwire/runtime';
import type { Component, Logger } from '@longwire/runtime';
import type { DispatchConfig } from './config.ts';
import { AckReceiver } from './express/ack-receiver.ts';
import { ArrivalReceiver } from './express/arrival-receiver.ts';
import { DirectReceiver } from './express/direct-receiver.ts';
import { ExpressSender } from './express/express-sender.ts';
import { FanOutSender } from './express/fan-out-sender.ts';
import { OnceQueue } from './express/once-queue.ts';
import { RetryLoop } from './express/retry-loop.ts';
import { RouteResolver } from './express/route-resolver.ts';
import type { DispatchMetrics } from './metrics.ts';

/** Every dispatch process is a worker of this queue: one of them gets each payload. */
const QUEUE = 'express';

export interface ExpressWorkPorts {
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly store: ExpressStore;
  readonly logic: LogicApi;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DispatchMetrics;
}

/** The express half of dispatch: single messages, sent at once and, where an ack is wanted, until it came. */
export interface ExpressWork extends Component {
  readonly queued: () => number;
  readonly pending: () => number;
}

export function composeExpress(config: DispatchConfig, ports: ExpressWorkPorts): ExpressWork {
  const { expressBus, store, logic, clock, logger, metrics } = ports;
  const onFault = (call: string) => (err: unknown) => {
    metrics.expressFaults.inc({ call });
    logger.warn({ err, call }, 'express-call-failed');
  };
  const onTaken = (deliveries: readonly PendingDelivery[]): void => {
    const retried = deliveries.filter((delivery) => delivery.attempts > 1).length;
    if (retried > 0) metrics.expressRetried.inc(retried);
  };
  const sender = createSender(ports);
  const once = new OnceQueue({
    sender,
    clock,
    limits: { maxMessages: config.onceMessages, maxBytes: config.onceBytes, giveUpMs: config.onceGiveUpMs },
    onFault: onFault('routes'),
    onDropped: (deliveries) => metrics.expressUnsent.inc({ reason: 'no-route-answer' }, deliveries),
  });
  const retryLoop = new RetryLoop({
    store,
    sender,
    logic,
    expressBus,
    clock,
    logger,
    periodMs: config.retryEveryMs,
    onTaken,
    onFault: (call, fault) => onFault(call === 'store' ? 'take-due' : 'routes')(fault),
  });
  const direct = new DirectReceiver({
    fanOut: new FanOutSender(expressBus),
    once,
    retryLoop,
    observer: {
      onTaken: (target) => {
        metrics.expressTaken.inc({ target });
        if (target !== 'user' && target !== 'device') metrics.expressSent.inc({ lane: 'express' });
      },
      onRefused: (reason) => metrics.expressRefused.inc({ reason }),
      onMalformed: () => metrics.malformed.inc({ topic: 'direct-push' }),
    },
  });
  const acks = new AckReceiver({
    store,
    onOutcome: (outcome) => metrics.expressAcks.inc({ outcome }),
    onFault: onFault('ack'),
    onMalformed: () => metrics.malformed.inc({ topic: 'acks' }),
  });
  const arrivals = new ArrivalReceiver({
    store,
    sender,
    onArrivals: (connections) => metrics.expressArrivals.inc(connections),
    onTaken,
    onFault: onFault('take-pending-of'),
    onMalformed: () => metrics.malformed.inc({ topic: 'arrivals' }),
  });

  const subscriptions: Subscription[] = [];
  const listen = async (kind: 'direct-push' | 'acks' | 'arrivals', handler: BusHandler): Promise<void> => {
    subscriptions.push(await expressBus.subscribe({ kind }, handler, { queue: QUEUE }));
  };
  const drain = async (): Promise<void> => {
    for (const subscription of subscriptions) subscription.unsubscribe();
    await Promise.all([once.settled(), acks.idle(), arrivals.idle()]);
  };
  const component = defineComponent({
    name: 'dispatch-express',
    start: async () => {
      retryLoop.start();
      await listen('acks', (payload) => acks.receive(payload));
      await listen('arrivals', (payload) => arrivals.receive(payload));
      await listen('direct-push', (payload, respond) => direct.receive(payload, respond));
    },
    drain,
    stop: async () => {
      await Promise.all([retryLoop.stop(), once.stop()]);
      await drain();
    },
  });
  return { ...component, queued: () => once.size, pending: () => retryLoop.pending };
}

function createSender({ bulkBus, expressBus, logic, metrics }: ExpressWorkPorts): ExpressSender {
  const resolver = new RouteResolver({
    logic,
    onCall: (ids) => {
      metrics.routeCalls.inc();
      metrics.routesResolved.inc(ids);
    },
  });
  return new ExpressSender({
    resolver,
    bulkBus,
    expressBus,
    observer: {
      onSent: (lane, connections) => metrics.expressSent.inc({ lane }, connections),
      onUnsent: (connections) => metrics.expressUnsent.inc({ reason: 'bus-unavailable' }, connections),
      onAbsent: () => metrics.expressAbsent.inc(),
      onMalformed: () => metrics.malformed.inc({ topic: 'direct-push' }),
    },
  });
}
