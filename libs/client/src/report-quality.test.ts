import assert from 'node:assert/strict';
import { test } from 'node:test';
import { push, withClient } from '../test/with-client.ts';
import { reportQuality } from './index.ts';
import type { LinkQuality } from './index.ts';

test('quality is reported by those who were drawn, until they are closed', async () => {
  const reports: LinkQuality[] = [];
  const report = (quality: LinkQuality): void => void reports.push(quality);
  await withClient(async ({ client, cluster, clock, pass }) => {
    reportQuality(client, { report, everyMs: 10_000, share: 0.6, clock, random: () => 0.5 });
    reportQuality(client, { report: () => assert.fail(), share: 0.4, clock, random: () => 0.5 });
    push(cluster, 1, 2);
    cluster.line.end();
    await pass(4_999);
    assert.deepEqual(reports, []);
    await pass(10_001);
    const [{ rttMs, connectMs, ...counts } = client.quality] = reports.slice(-1);
    assert.deepEqual(counts, {
      nodeId: 'a',
      connects: 2,
      disconnects: 1,
      failedDials: 0,
      messages: 2,
      missed: 0,
      badFrames: 0,
    });
    assert.deepEqual([typeof rttMs, typeof connectMs, reports.length], ['number', 'number', 2]);
  });
});
