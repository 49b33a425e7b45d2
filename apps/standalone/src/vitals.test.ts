import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessVitals, createAccessMetrics, registerAccessGauges } from '@longwire/access';
import { controlVitals } from '@longwire/control';
import { createDispatchMetrics, dispatchVitals, registerDispatchGauges } from '@longwire/dispatch';
import { createLogicMetrics, logicVitals } from '@longwire/logic';
import { createMetricsRegistry } from '@longwire/runtime';
import { createServiceMetrics, serviceVitals } from '@longwire/service';
import { TIERS } from '@longwire/vitals';

const none = (): number => 0;

/** The metrics of all tiers, as they are in one process. */
function openMetrics() {
  const registry = createMetricsRegistry();
  createAccessMetrics(registry);
  registerAccessGauges(registry, {
    connections: none,
    rooms: none,
    fanOutsUnderWay: none,
    fanOutBytes: none,
    outboxHighWaterBytes: none,
    reportsQueued: none,
    historyBytes: none,
    recentIdsBytes: none,
    dictionaryBytes: none,
    drainProgress: () => ({ waiting: 0, hinted: 0 }),
  });
  createDispatchMetrics(registry);
  registerDispatchGauges(registry, {
    partitionsOwned: none,
    waitingBytes: none,
    keptBytes: none,
    hotRooms: none,
    historyBytes: none,
    ratedRooms: none,
    dictionaryRooms: none,
    dictionaryBytes: none,
    expressQueued: none,
    expressQueuedBytes: none,
    expressPending: none,
    expressFollowed: none,
    expressEnded: none,
    expressReports: none,
  });
  createLogicMetrics(registry, {
    links: none,
    waitingReports: none,
    queries: none,
    keptEvents: none,
    cachedZones: none,
  });
  createServiceMetrics(registry);
  return new Map(registry.list().map((metric) => [metric.name, metric]));
}

test('every vital comes from a metric of its own tier, by a label that the metric has', () => {
  const metrics = openMetrics();
  const tables = [controlVitals, serviceVitals, logicVitals, dispatchVitals, accessVitals];
  assert.deepEqual(
    tables.map(({ tier }) => tier),
    TIERS,
  );
  for (const { tier, readings, histograms } of tables) {
    for (const source of [...readings, ...histograms]) {
      const metric = metrics.get(source.metric);
      assert.ok(metric !== undefined, `${source.metric} is no metric`);
      assert.ok(source.metric.startsWith(`longwire_${tier}_`), source.metric);
      assert.equal(metric.type === 'histogram', histograms.includes(source), source.metric);
      for (const label of [source.splitBy, source.only?.label]) {
        assert.ok(label === undefined || metric.labels.includes(label), `${source.metric} has no label ${label}`);
      }
    }
  }
});
