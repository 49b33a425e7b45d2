import type { LinkQuality } from '@longwire/domain';
import type { MetricsRegistry } from '@longwire/runtime';

/** What gauges mirror: asked at each scrape. */
export interface ControlGauges {
  readonly nodesByState: () => Readonly<Record<string, number>>;
  readonly listVersion: () => number;
  readonly listAgeMs: () => number;
  /** By region of the nodes. */
  readonly linkQuality: () => ReadonlyMap<string, LinkQuality>;
}

export type ControlMetrics = ReturnType<typeof createControlMetrics>;

/** Every metric of the control tier. */
export function createControlMetrics(registry: MetricsRegistry, gauges: ControlGauges) {
  registry.gauge({
    name: 'longwire_control_nodes',
    help: 'Live access nodes in the list, by what they are: offered, draining, ejected, leaving or unweighted.',
    labels: ['state'],
    collect: (gauge) => {
      for (const [state, count] of Object.entries(gauges.nodesByState())) gauge.set({ state }, count);
    },
  });
  registry.gauge({
    name: 'longwire_control_list_version',
    help: 'Version of the list of nodes in use.',
    collect: (gauge) => gauge.set(gauges.listVersion()),
  });
  registry.gauge({
    name: 'longwire_control_list_age_seconds',
    help: 'Age of the list of nodes in use; -1 before the first.',
    collect: (gauge) => {
      const ageMs = gauges.listAgeMs();
      gauge.set(Number.isFinite(ageMs) ? ageMs / 1000 : -1);
    },
  });
  registry.gauge({
    name: 'longwire_control_link_bad_ratio',
    help: 'Share of what clients report that tells of a failed dial, a lost connection or a slow connect.',
    labels: ['region'],
    collect: (gauge) => {
      for (const [region, { badRatio }] of gauges.linkQuality()) gauge.set({ region }, badRatio);
    },
  });
  registry.gauge({
    name: 'longwire_control_link_rtt_seconds',
    help: 'Mean round trip of heartbeats as clients report it, by region of the nodes.',
    labels: ['region'],
    collect: (gauge) => {
      for (const [region, { rttMs }] of gauges.linkQuality()) if (rttMs !== null) gauge.set({ region }, rttMs / 1000);
    },
  });
  return {
    linkReports: registry.counter({
      name: 'longwire_control_link_reports_total',
      help: 'Reports of clients about their links, by what became of them: taken, limited or refused.',
      labels: ['outcome'],
    }),
    connects: registry.counter({
      name: 'longwire_control_connects_total',
      help: 'Connects that were given a token and nodes, by whether the best node is in the region asked for.',
      labels: ['region'],
    }),
    noNode: registry.counter({
      name: 'longwire_control_no_node_total',
      help: 'Connects refused because no node could take them.',
    }),
    limited: registry.counter({
      name: 'longwire_control_limited_total',
      help: 'Connects refused by a rate limit.',
      labels: ['limit'],
    }),
    reports: registry.counter({
      name: 'longwire_control_node_reports_total',
      help: 'Reports of access nodes, by whether they were stored.',
      labels: ['outcome'],
    }),
    decisions: registry.counter({
      name: 'longwire_control_operator_decisions_total',
      help: 'Decisions of operators about nodes.',
      labels: ['decision'],
    }),
    storeFaults: registry.counter({
      name: 'longwire_control_store_faults_total',
      help: 'Times the node directory did not answer, reports apart.',
    }),
  };
}
