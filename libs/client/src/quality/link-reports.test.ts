import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { FakeCluster } from '../../test/fake-cluster.ts';
import { startClient, stopClient } from '../../test/test-client.ts';
import type { TestClient } from '../../test/test-client.ts';
import { withLinkReports } from './with-link-reports.ts';
import type { LinkReportRequest, LinkReportsOptions } from './with-link-reports.ts';
import type { NodeSample } from './link-log.ts';

interface Posted {
  readonly url: string;
  readonly request: LinkReportRequest;
  readonly nodes: readonly NodeSample[];
}

interface Opened {
  readonly running: TestClient;
  readonly cluster: FakeCluster;
  readonly posted: Posted[];
}

async function open(reports: LinkReportsOptions = {}, ticket: object = { qualityUrl: '/quality' }): Promise<Opened> {
  const posted: Posted[] = [];
  const clock = fakeClock();
  const cluster = new FakeCluster();
  const options = withLinkReports(
    {
      getToken: async () => ({ ...(cluster.ticket() as object), ...ticket }),
      rooms: ['r'],
      transport: cluster.transport,
      random: () => 0.5,
      clock,
    },
    {
      share: 1,
      post: async (url, request) => {
        posted.push({ url, request, ...(JSON.parse(request.body) as { nodes: NodeSample[] }) });
      },
      ...reports,
    },
  );
  const started = await startClient(options, cluster);
  return { running: { ...started, clock, pass: (ms = 0) => clock.advanceAsync(ms) }, cluster, posted };
}

test('reports connects and round trips of the node, with the token of the ticket', async () => {
  const { running, posted } = await open();
  await running.pass(60_000);
  const [first] = posted;
  assert.equal(first?.url, '/quality');
  assert.match(first.request.headers['authorization'] ?? '', /^Bearer \S+$/);
  const [sample, ...others] = first.nodes;
  assert.deepEqual(others, []);
  assert.deepEqual([sample?.connects, sample?.failedDials, sample?.losses], [1, 0, 0]);
  assert.equal(typeof sample?.connectMs, 'number');
  assert.equal(typeof sample?.rttMs, 'number');
  await stopClient(running);
});

function sumOf(posted: readonly Posted[], nodeId: string, name: 'losses' | 'failedDials'): number {
  const samples = posted.flatMap(({ nodes }) => nodes).filter((sample) => sample.nodeId === nodeId);
  return samples.reduce((sum, sample) => sum + sample[name], 0);
}

test('a failed dial counts against the node that was dialled, and so does one that hangs', async () => {
  for (const manner of ['refuses', 'hangs'] as const) {
    const { running, cluster, posted } = await open();
    await running.pass(40_000);
    const [first, second] = [cluster.line.nodeId, cluster.line.nodeId === 'a' ? 'b' : 'a'];
    cluster.manners.set(first, manner);
    cluster.manners.set(second, manner);
    cluster.line.end();
    await running.pass(20_000);
    cluster.manners.clear();
    await running.pass(180_000);
    assert.ok(sumOf(posted, first, 'failedDials') >= 1, manner);
    assert.equal(sumOf(posted, first, 'losses'), 1);
    assert.equal(sumOf(posted, second, 'losses'), 0);
    await stopClient(running);
  }
});

test('a lost connection counts against its node', async () => {
  const { running, cluster, posted } = await open();
  await running.pass(40_000);
  const lost = cluster.lines.at(-1);
  posted.length = 0;
  lost?.end();
  await running.pass(120_000);
  assert.equal(sumOf(posted, lost?.nodeId ?? '', 'losses'), 1);
  await stopClient(running);
});

test('an end that the server gave a reason for is no fault of the node', async () => {
  const { running, cluster, posted } = await open();
  await running.pass(40_000);
  cluster.lines.at(-1)?.end(4_000, 'moving');
  await running.pass(120_000);
  assert.deepEqual(
    posted.flatMap(({ nodes }) => nodes.filter(({ losses, failedDials }) => losses + failedDials > 0)),
    [],
  );
  await stopClient(running);
});

test('says nothing where the ticket names no url, and where the lot did not fall on it', async () => {
  for (const [reports, ticket] of [
    [{}, {}],
    [{ share: 0.5 }, { qualityUrl: '/quality' }],
    [{ share: 0 }, { qualityUrl: '/quality' }],
  ] as const) {
    const { running, posted } = await open(reports, ticket);
    await running.pass(300_000);
    assert.equal(posted.length, 0);
    await stopClient(running);
  }
});

test('reports at most once a period, and goes on after one that was not taken', async () => {
  let tries = 0;
  const { running } = await open({
    everyMs: 30_000,
    post: () => {
      tries += 1;
      return Promise.reject(new Error('no network'));
    },
  });
  await running.pass(300_000);
  assert.ok(tries >= 5 && tries <= 11, String(tries));
  await stopClient(running);
});

test('nothing is left running when the client is closed between two reports', async () => {
  const { running } = await open();
  await running.pass(10);
  await stopClient(running);
});
