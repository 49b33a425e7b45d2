import type { Bus, BusHandler, Subscription } from '@longwire/domain';
import { defineComponent } from '@longwire/runtime';
import type { Component } from '@longwire/runtime';
import type { TraceSink } from '@longwire/vitals';
import { composeStored } from './compose-stored.ts';
import type { ExpressBase } from './compose-stored.ts';
import type { DispatchConfig } from './config.ts';
import { DirectReceiver } from './express/direct-receiver.ts';
import { ExpressSender } from './express/express-sender.ts';
import { FanOutSender } from './express/fan-out-sender.ts';
import { OnceQueue } from './express/once-queue.ts';
import { RouteResolver } from './express/route-resolver.ts';
import { ExpressTraces } from './trace/express-traces.ts';

const START_WITHIN_MS = 5000;

export interface ExpressWorkPorts extends ExpressBase {
  readonly bulkBus: Bus;
  readonly traces: TraceSink;
}

/** The express half of dispatch: single messages, sent at once and, where an ack is wanted, until it came. */
export interface ExpressWork extends Component {
  readonly queued: () => number;
  readonly queuedBytes: () => number;
  readonly pending: () => number;
  readonly followed: () => number;
  readonly ended: () => number;
  readonly reportsWaiting: () => number;
  /** The log has been read to its end. */
  readonly isCaughtUp: () => boolean;
}

export function composeExpress(config: DispatchConfig, ports: ExpressWorkPorts): ExpressWork {
  const { expressBus, clock, logger, metrics } = ports;
  const onFault = (call: string) => (err: unknown) => {
    metrics.expressFaults.inc({ call });
    logger.warn({ err, call }, 'express-call-failed');
  };
  const resolver = createResolver(ports);
  const traces = new ExpressTraces(ports.traces);
  const sender = createSender(ports, resolver, traces);
  const stored = composeStored(config, { ...ports, sender, resolver, traces, onFault });
  const { acks, arrivals, status } = stored;

  // Messages that want none.
  const once = new OnceQueue({
    sender,
    clock,
    limits: { maxMessages: config.onceMessages, maxBytes: config.onceBytes, giveUpMs: config.onceGiveUpMs },
    onFault: onFault('routes'),
    onDropped: (deliveries) => metrics.expressUnsent.inc({ reason: 'no-route-answer' }, deliveries),
  });
  const direct = new DirectReceiver({
    fanOut: new FanOutSender(expressBus),
    once,
    clock,
    traces,
    observer: {
      onTaken: (target) => {
        metrics.expressTaken.inc({ target });
        if (target !== 'user' && target !== 'device') metrics.expressSent.inc({ lane: 'express' });
      },
      onRefused: (reason) => metrics.expressRefused.inc({ reason }),
      onMalformed: () => metrics.malformed.inc({ topic: 'direct-push' }),
    },
  });

  const subscriptions: Subscription[] = [];
  const listen = async (kind: 'direct-push' | 'acks' | 'arrivals' | 'message-status', handler: BusHandler) => {
    // One process of each site takes a message that wants no ack; the rest is for all who follow the log.
    const options = kind === 'direct-push' ? { queue: `express-${config.site}` } : {};
    subscriptions.push(await expressBus.subscribe({ kind }, handler, options));
  };
  const drain = async (): Promise<void> => {
    for (const subscription of subscriptions) subscription.unsubscribe();
    await Promise.all([once.settled(), acks.idle(), stored.reports.idle()]);
  };
  const component = defineComponent({
    name: 'dispatch-express',
    start: async () => {
      stored.share.start();
      stored.worker.start();
      await listen('acks', (payload) => acks.receive(payload));
      await listen('arrivals', (payload) => arrivals.receive(payload));
      await listen('message-status', (payload, respond) => status.receive(payload, respond));
      await listen('direct-push', (payload, respond) => direct.receive(payload, respond));
      // A long log may take longer: then the process starts, and says that it is not ready.
      await stored.worker.caughtUp(START_WITHIN_MS);
    },
    drain,
    stop: async () => {
      await Promise.all([stored.share.stop(), stored.worker.stop(), once.stop()]);
      await drain();
    },
  });
  return {
    ...component,
    queued: () => once.size,
    queuedBytes: () => once.sizeBytes,
    pending: () => stored.ledger.pendingDeliveries,
    followed: () => stored.ledger.size,
    ended: () => stored.ledger.ended,
    reportsWaiting: () => stored.reports.size,
    isCaughtUp: () => stored.worker.isCaughtUp,
  };
}

function createResolver({ logic, metrics }: ExpressWorkPorts): RouteResolver {
  return new RouteResolver({
    logic,
    onCall: (ids) => {
      metrics.routeCalls.inc();
      metrics.routesResolved.inc(ids);
    },
  });
}

function createSender(
  { bulkBus, expressBus, metrics }: ExpressWorkPorts,
  resolver: RouteResolver,
  traces: ExpressTraces,
): ExpressSender {
  return new ExpressSender({
    resolver,
    bulkBus,
    expressBus,
    traces,
    observer: {
      onSent: (lane, connections) => metrics.expressSent.inc({ lane }, connections),
      onUnsent: (connections) => metrics.expressUnsent.inc({ reason: 'bus-unavailable' }, connections),
      onAbsent: () => metrics.expressAbsent.inc(),
      onMalformed: () => metrics.malformed.inc({ topic: 'direct-push' }),
    },
  });
}
