import type { MetricsRegistry } from '@longwire/runtime';

/** What gauges mirror: asked at each scrape. */
export interface LogicGauges {
  readonly links: () => number;
  readonly waitingReports: () => number;
  readonly queries: () => number;
  readonly keptEvents: () => number;
  readonly cachedZones: () => number;
}

export type LogicMetrics = ReturnType<typeof createLogicMetrics>;

/** Every metric of the logic tier. */
export function createLogicMetrics(registry: MetricsRegistry, gauges: LogicGauges) {
  const mirror = (name: string, help: string, read: () => number) =>
    registry.gauge({ name, help, collect: (gauge) => gauge.set(read()) });
  mirror('longwire_logic_session_links', 'Lines of access nodes to this process.', gauges.links);
  mirror(
    'longwire_logic_waiting_reports',
    'Session reports that wait or are being applied; at most 65 per node.',
    gauges.waitingReports,
  );
  mirror('longwire_logic_queries_under_way', 'Queries to the store under way; at most 2000.', gauges.queries);
  mirror('longwire_logic_kept_events', 'Events that wait for the event log; at most 10000.', gauges.keptEvents);
  mirror('longwire_logic_cached_zones', 'Rooms whose zone is remembered; at most 100000.', gauges.cachedZones);
  return {
    reports: registry.counter({
      name: 'longwire_logic_reports_total',
      help: 'Session reports, by what was answered.',
      labels: ['type', 'outcome'],
    }),
    reportSeconds: registry.histogram({
      name: 'longwire_logic_report_seconds',
      help: 'Time until a session report was answered, waiting included.',
      labels: ['type'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
    }),
    changes: registry.counter({
      name: 'longwire_logic_session_changes_total',
      help: 'Session changes in reports that were applied.',
    }),
    events: registry.counter({
      name: 'longwire_logic_events_total',
      help: 'Events written to the event log.',
      labels: ['type'],
    }),
    droppedEvents: registry.counter({
      name: 'longwire_logic_dropped_events_total',
      help: 'Enter and leave events let go because the event log could not be written for too long; the store hands them out again.',
    }),
    digests: registry.counter({
      name: 'longwire_logic_digests_total',
      help: 'Digests of access nodes, by whether they agreed with what is on record: same or differs.',
      labels: ['result'],
    }),
    sweptNodes: registry.counter({
      name: 'longwire_logic_swept_nodes_total',
      help: 'Access nodes that went without a word and had their sessions closed.',
    }),
    sweptSessions: registry.counter({
      name: 'longwire_logic_swept_sessions_total',
      help: 'Sessions closed because their node was gone.',
    }),
    storeFaults: registry.counter({
      name: 'longwire_logic_store_faults_total',
      help: 'Times a store refused or did not answer.',
      labels: ['work'],
    }),
    online: registry.gauge({
      name: 'longwire_logic_online',
      help: 'Who is online in the whole cluster, as of the last look: connections, users or rooms.',
      labels: ['what'],
    }),
  };
}
