import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { NodeDirectory, NodeId } from '@longwire/domain';
import { createMemoryNodeDirectory } from '@longwire/embedded';
import { fakeClock, settle } from '@longwire/testkit';
import { nodeReport, runControl } from '../test/running-control.ts';

const idOf = (text: string) => trustedId<NodeId>(text);

describe('the line of an access node to control', () => {
  test('a report makes the node known to clients without waiting for the next reading', async () => {
    await using control = await runControl();
    const link = control.app.api.openNodeLink();
    assert.deepEqual(await link.report(nodeReport('a')), { state: 'active', alternatives: [] });
    await settle();
    assert.equal((await control.call('POST', '/v1/connect', { body: { deviceId: 'd1' } })).status, 200);
  });

  test('tells a draining node so, with the other nodes and the share of each', async () => {
    await using control = await runControl();
    const link = control.app.api.openNodeLink();
    for (const id of ['a', 'b', 'c', 'd', 'e']) await control.directory.report(nodeReport(id), 3000);
    await control.call('POST', '/v1/admin/nodes/a/drain');
    const directive = await link.report(nodeReport('a'));
    assert.equal(directive?.state, 'draining');
    const others = directive.alternatives.map(({ nodeId }) => nodeId);
    assert.equal(new Set(others).size, 4);
    assert.ok(directive.alternatives.every(({ share }) => share > 0));
    assert.ok(!others.includes('a'));
    assert.match(directive.alternatives[0]?.ws ?? '', /^ws:/);
  });

  test('gives alternatives to a node that is leaving by itself too, and takes it off the list', async () => {
    await using control = await runControl();
    const link = control.app.api.openNodeLink();
    await control.directory.report(nodeReport('b'), 3000);
    await link.report(nodeReport('a'));
    await settle();
    const directive = await link.report(nodeReport('a', { isLeaving: true }));
    assert.deepEqual(
      directive?.alternatives.map(({ nodeId }) => nodeId),
      ['b'],
    );
    await settle();
    const { nodes } = (await (await control.call('GET', '/v1/nodes')).json()) as { nodes: { nodeId: string }[] };
    assert.deepEqual(
      nodes.map(({ nodeId }) => nodeId),
      ['b'],
    );
  });

  test('says ejected to an ejected node', async () => {
    await using control = await runControl();
    const link = control.app.api.openNodeLink();
    await link.report(nodeReport('a'));
    await control.call('POST', '/v1/admin/nodes/a/eject');
    assert.equal((await link.report(nodeReport('a')))?.state, 'ejected');
  });

  test('closing it takes the node off the list at once, and later reports do nothing', async () => {
    await using control = await runControl();
    const link = control.app.api.openNodeLink();
    await link.report(nodeReport('a'));
    await link.close();
    await link.close();
    assert.equal((await control.directory.snapshot()).nodes.length, 0);
    assert.equal(await link.report(nodeReport('a')), undefined);
    assert.equal((await control.directory.snapshot()).nodes.length, 0);
  });

  test('closing it after the node was started anew leaves the new run alone', async () => {
    await using control = await runControl();
    const old = control.app.api.openNodeLink();
    await old.report(nodeReport('a'));
    const { description } = nodeReport('a');
    await control.directory.report(nodeReport('a', { description: { ...description, incarnation: 2 } }), 3000);
    await old.close();
    const [record] = (await control.directory.snapshot()).nodes;
    assert.deepEqual([record?.description.nodeId, record?.description.incarnation], [idOf('a'), 2]);
  });
});

/** A directory that can be made to fail or to hang. */
function frailDirectory(clock: ReturnType<typeof fakeClock>) {
  const inner = createMemoryNodeDirectory({ clock });
  let obstacle: () => Promise<void> = () => Promise.resolve();
  let reports = 0;
  const directory: NodeDirectory = {
    report: async (...args) => {
      reports += 1;
      await obstacle();
      return inner.report(...args);
    },
    remove: async (...args) => {
      await obstacle();
      return inner.remove(...args);
    },
    snapshot: async () => {
      await obstacle();
      return inner.snapshot();
    },
    setState: (...args) => inner.setState(...args),
    setWeight: (...args) => inner.setWeight(...args),
  };
  return { directory, reports: () => reports, setObstacle: (next: () => Promise<void>) => void (obstacle = next) };
}

describe('while the store is gone', () => {
  test('reports are answered by undefined, control is not ready, and clients are still placed from the last list', async () => {
    const clock = fakeClock();
    const frail = frailDirectory(clock);
    await using control = await runControl({ clock, directory: frail.directory });
    const link = control.app.api.openNodeLink();
    await link.report(nodeReport('a'));
    await settle();
    frail.setObstacle(() => Promise.reject(new AppError('store-unavailable', 'gone')));
    assert.equal(await link.report(nodeReport('a')), undefined);
    await clock.advanceAsync(10_000);
    assert.deepEqual(control.health.isReady(), {
      ready: false,
      reasons: ['control.node-list: the list of nodes cannot be read'],
    });
    assert.equal(control.app.api.isAvailable(), false);
    assert.equal((await control.call('POST', '/v1/connect', { body: { deviceId: 'd1' } })).status, 200);

    frail.setObstacle(() => Promise.resolve());
    await clock.advanceAsync(1000);
    assert.equal(control.health.isReady().ready, true);
    assert.equal((await link.report(nodeReport('a')))?.state, 'active');
  });

  test('a hung store is asked one report of a node, four wait, more are answered at once; closing takes 1 s', async () => {
    const clock = fakeClock();
    const frail = frailDirectory(clock);
    await using control = await runControl({ clock, directory: frail.directory });
    const link = control.app.api.openNodeLink();
    const hung = Promise.withResolvers<void>();
    frail.setObstacle(() => hung.promise);
    const waiting = Array.from({ length: 4 }, () => link.report(nodeReport('a')));
    assert.equal(await link.report(nodeReport('a')), undefined);
    await settle();
    assert.equal(frail.reports(), 1);
    const closing = link.close();
    await clock.advanceAsync(1000);
    await closing;
    hung.resolve();
    assert.deepEqual(
      (await Promise.all(waiting)).map((directive) => directive?.state),
      ['active', undefined, undefined, undefined],
    );
  });

  test('control starts all the same, and answers 503 until it has a list', async () => {
    const clock = fakeClock();
    const frail = frailDirectory(clock);
    frail.setObstacle(() => Promise.reject(new AppError('store-unavailable', 'gone')));
    await using control = await runControl({ clock, directory: frail.directory });
    for (const path of ['/v1/nodes', '/v1/nodes/version', '/v1/admin/nodes']) {
      const response = await control.call('GET', path);
      assert.equal(response.status, 503, path);
      assert.equal(((await response.json()) as { code: string }).code, 'store-unavailable');
    }
  });

  test('stopping leaves no timer, no listener and no health check behind', async () => {
    const control = await runControl();
    await control.app.stop();
    assert.equal(control.clock.pendingTimers(), 0);
    assert.deepEqual(control.health.isReady(), { ready: true, reasons: [] });
    await assert.rejects(control.call('GET', '/v1/nodes'));
  });
});
