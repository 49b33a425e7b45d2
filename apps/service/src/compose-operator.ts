import type { Bus, Clock, LogicApi, RoomDirectory } from '@longwire/domain';
import type { Component } from '@longwire/runtime';
import type { ServiceMetrics } from './metrics.ts';
import { ClusterVitals } from './operator/cluster-vitals.ts';
import { createOperatorFeed } from './operator/operator-feed.ts';
import { OperatorService } from './operator/operator-service.ts';
import { OwnerTraffic } from './operator/owner-traffic.ts';
import { RoomLists } from './operator/room-lists.ts';
import { TraceStore } from './operator/trace-store.ts';
import { VitalsHistory } from './operator/vitals-history.ts';

export interface OperatorPorts {
  readonly bulkBus: Bus;
  readonly logic: LogicApi;
  readonly rooms: RoomDirectory;
  readonly clock: Clock;
}

/** What operators are told, and the part that listens for it. */
export function composeOperator(
  { bulkBus: bus, logic, rooms, clock }: OperatorPorts,
  metrics: ServiceMetrics,
): { readonly operator: OperatorService; readonly feed: Component } {
  const vitals = new ClusterVitals(clock);
  const history = new VitalsHistory(vitals, clock);
  const traces = new TraceStore(clock);
  const owners = new OwnerTraffic({ bus, clock, onAsked: (outcome) => metrics.roomAsks.inc({ outcome }) });
  const lists = new RoomLists({ vitals, logic, rooms, owners, clock });
  return {
    operator: new OperatorService({ vitals, history, rooms: lists, traces, logic, clock }),
    feed: createOperatorFeed({ bus, clock, vitals, history, traces, metrics }),
  };
}
