import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Clock, type ControlApi, type NodeReport, trustedId } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually, fakeClock, FakeControlApi } from '@longwire/testkit';
import type { GrpcServer } from '../server/serve-grpc.ts';
import { openControlClient } from './control-client.ts';
import { serveControl } from './serve-control.ts';

const report: NodeReport = {
  description: {
    nodeId: trustedId('access-1'),
    incarnation: 7,
    region: 'local',
    site: 'a',
    wsUrl: 'ws://127.0.0.1:1/sub',
    tcpAddress: '127.0.0.1:2',
    version: '0',
  },
  load: { connections: 1, capacity: 2, loopDelayMs: 0.5, cpuRatio: 0.1 },
  isLeaving: false,
};
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function serve(control: ControlApi, port = 0): Promise<GrpcServer> {
  const server = await serveControl({ host: '127.0.0.1', port, control });
  cleanups.push(() => server.close());
  return server;
}

/** A link that begins with the first address, and is patient with a busy machine. */
function openLink(addresses: readonly string[], clock?: Clock) {
  const options = { addresses, logger: createSilentLogger(), random: () => 0, answerTimeoutMs: 20_000 };
  const client = openControlClient(clock === undefined ? options : { ...options, clock });
  cleanups.push(() => client.close());
  return client.openNodeLink();
}

test('a lost control is no directive, does not end the lease, and is found again by itself', async () => {
  const control = new FakeControlApi();
  const server = await serve(control);
  const link = openLink([server.address]);
  await eventually(async () => (await link.report(report))?.state === 'active');
  await server.close();
  assert.equal(await link.report(report), undefined);
  assert.equal(control.closedLinks, 0);
  const next = new FakeControlApi();
  next.answer = () => ({ state: 'draining', alternatives: [] });
  await serve(next, server.port);
  await eventually(async () => (await link.report(report))?.state === 'draining');
});

test('the second control takes over when the first goes', async () => {
  const [first, second] = [new FakeControlApi(), new FakeControlApi()];
  const [one, other] = [await serve(first), await serve(second)];
  const link = openLink([one.address, other.address]);
  await eventually(async () => (await link.report(report)) !== undefined);
  assert.equal(second.reports.length, 0);
  await one.close();
  await eventually(async () => (await link.report(report)) !== undefined);
  assert.equal(second.reports.length, 1);
});

test('closing a line that never reported, or has no control, says nothing and does not wait', async () => {
  const control = new FakeControlApi();
  const server = await serve(control);
  await openLink([server.address]).close();
  assert.equal(control.closedLinks, 0);
  const clock = fakeClock();
  const alone = openLink(['127.0.0.1:1'], clock);
  await alone.report(report);
  await alone.close();
  assert.equal(clock.monotonic(), 0);
});

test('closing waits at most 1 s for a control that does not answer', async () => {
  const control = new FakeControlApi();
  const never = new Promise<void>(() => undefined);
  const server = await serve({
    isAvailable: () => true,
    openNodeLink: () => ({ ...control.openNodeLink(), close: () => never }),
  });
  const clock = fakeClock();
  const link = openLink([server.address], clock);
  await eventually(async () => (await link.report(report))?.state === 'active');
  let isClosed = false;
  const closing = link.close().then(() => (isClosed = true));
  await clock.advanceAsync(999);
  assert.equal(isClosed, false);
  clock.advance(1);
  await closing;
});

test('a report that control breaks on fails the line, which comes back', async () => {
  const control = new FakeControlApi();
  control.answer = ({ load }) => {
    if (load.connections === 99) throw new Error('broken');
    return { state: 'active', alternatives: [] };
  };
  const server = await serve(control);
  const link = openLink([server.address]);
  await eventually(async () => (await link.report(report)) !== undefined);
  assert.equal(await link.report({ ...report, load: { ...report.load, connections: 99 } }), undefined);
  await eventually(async () => (await link.report(report)) !== undefined);
});
