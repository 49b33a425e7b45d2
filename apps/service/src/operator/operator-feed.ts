import type { Bus, Clock, Subscription, Timer } from '@longwire/domain';
import { defineComponent } from '@longwire/runtime';
import type { Component } from '@longwire/runtime';
import type { ServiceMetrics } from '../metrics.ts';
import type { ClusterVitals } from './cluster-vitals.ts';
import type { TraceStore } from './trace-store.ts';
import type { VitalsHistory } from './vitals-history.ts';

export interface OperatorFeedPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly vitals: ClusterVitals;
  readonly history: VitalsHistory;
  readonly traces: TraceStore;
  readonly metrics: ServiceMetrics;
}

const POINT_EVERY_MS = 1000;

/** Listens to what all processes say of themselves and of traced messages: every service process hears everything. */
export function createOperatorFeed({ bus, clock, vitals, history, traces, metrics }: OperatorFeedPorts): Component {
  const subscriptions: Subscription[] = [];
  let timer: Timer | undefined;

  /** A bus handler must not throw: what cannot be read is counted. */
  const guarded = (topic: 'vitals' | 'trace', take: (payload: Uint8Array) => void) => (payload: Uint8Array) => {
    try {
      take(payload);
    } catch {
      metrics.malformed.inc({ topic });
    }
  };
  const onVitals = guarded('vitals', (payload) => metrics.vitalsReports.inc({ outcome: vitals.take(payload) }));
  const onSpans = guarded('trace', (payload) => traces.take(payload));

  return defineComponent({
    name: 'operator-feed',
    start: async () => {
      subscriptions.push(await bus.subscribe({ kind: 'vitals' }, onVitals));
      subscriptions.push(await bus.subscribe({ kind: 'trace' }, onSpans));
      timer = clock.every(POINT_EVERY_MS, () => {
        history.note();
        metrics.knownProcesses.set(vitals.processes().length);
        metrics.keptTraces.set(traces.size);
      });
    },
    stop: () => {
      timer?.cancel();
      for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
    },
  });
}
