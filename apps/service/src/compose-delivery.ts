import type { EventCursors, EventLog, LeaseStore, SubjectLine } from '@longwire/domain';
import type { AppBase, Component } from '@longwire/runtime';
import type { ServiceConfig } from './config.ts';
import { createEventCourier } from './delivery/event-courier.ts';
import type { EventSink } from './delivery/event-sink.ts';
import { createSubjectSink } from './delivery/subject-sink.ts';
import { createWebhookSink } from './delivery/webhook-sink.ts';
import type { ServiceMetrics } from './metrics.ts';

export interface DeliveryPorts extends Pick<AppBase, 'clock' | 'logger' | 'nodeName'> {
  readonly eventLog: EventLog;
  readonly leases: LeaseStore;
  readonly cursors: EventCursors;
  /** null where there is no NATS. */
  readonly subjects: SubjectLine | null;
}

/** One courier for each sink that is configured; they know nothing of each other, so none holds another up. */
export function composeDelivery(
  config: ServiceConfig,
  ports: DeliveryPorts,
  metrics: ServiceMetrics,
): readonly Component[] {
  const { clock, nodeName, leases, cursors } = ports;
  return sinksOf(config, ports).map((sink) => {
    const labels = { sink: sink.name };
    const courier = createEventCourier({
      sink,
      log: ports.eventLog,
      cursors,
      leases,
      clock,
      holder: `${nodeName}/${clock.now()}`,
      logger: ports.logger.child({ sink: sink.name }),
      onDelivered: (count, isGap) => {
        metrics.deliveredEvents.inc(labels, count);
        if (isGap) metrics.deliveryGaps.inc(labels);
      },
      onFailure: () => metrics.deliveryFailures.inc(labels),
    });
    metrics.observeDelivery(sink.name, () => courier.isActive());
    return courier;
  });
}

function sinksOf(config: ServiceConfig, { clock, subjects }: DeliveryPorts): readonly EventSink[] {
  const { webhookUrl: url, webhookSecret: secret, webhookTimeoutMs: timeoutMs, eventsSubject } = config;
  const sinks: EventSink[] = [];
  if (url !== null && secret !== null) sinks.push(createWebhookSink({ url, secret, timeoutMs, clock }));
  if (subjects !== null && eventsSubject !== null) sinks.push(createSubjectSink(subjects, eventsSubject));
  return sinks;
}
