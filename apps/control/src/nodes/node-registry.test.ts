import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { NodeDirectorySnapshot } from '@longwire/domain';
import { createMemoryNodeDirectory } from '@longwire/embedded';
import { fakeClock } from '@longwire/testkit';
import { nodeReport } from '../../test/running-control.ts';
import { createNodeRegistry } from './node-registry.ts';

function fixture() {
  const clock = fakeClock();
  const directory = createMemoryNodeDirectory({ clock });
  let obstacle: () => Promise<void> = () => Promise.resolve();
  let readings = 0;
  const registry = createNodeRegistry({
    clock,
    maxAgeMs: 30_000,
    onList: () => undefined,
    directory: {
      snapshot: async (): Promise<NodeDirectorySnapshot> => {
        readings += 1;
        const hindered = obstacle();
        const snapshot = await directory.snapshot();
        await hindered;
        return snapshot;
      },
    },
  });
  return {
    clock,
    directory,
    registry,
    readings: () => readings,
    setObstacle: (next: () => Promise<void>) => void (obstacle = next),
  };
}

describe("this replica's list of nodes", () => {
  test('does not exist before the first reading', () => {
    const { registry } = fixture();
    assert.throws(() => registry.current(), { code: 'store-unavailable' });
    assert.deepEqual([registry.latest(), registry.ageMs()], [undefined, Infinity]);
  });

  test('offers the nodes that clients may be sent to, and knows the others', async () => {
    const { directory, registry } = fixture();
    await directory.report(nodeReport('a'), 3000);
    await directory.report(nodeReport('b', { isLeaving: true }), 3000);
    await registry.refresh();
    const { nodes, addresses } = registry.current();
    assert.deepEqual([...nodes.keys()], ['a', 'b']);
    assert.deepEqual(
      addresses.map(({ nodeId }) => nodeId),
      ['a'],
    );
  });

  test('stays in use for 30 s while the store is gone, and not longer', async () => {
    const { clock, registry, setObstacle } = fixture();
    await registry.refresh();
    setObstacle(() => Promise.reject(new AppError('store-unavailable', 'gone')));
    clock.advance(30_000);
    await assert.rejects(registry.refresh(), { code: 'store-unavailable' });
    assert.equal(registry.current().version, 0);
    clock.advance(1);
    assert.throws(() => registry.current(), { code: 'store-unavailable' });
    setObstacle(() => Promise.resolve());
    await registry.refresh();
    assert.equal(registry.current().version, 0);
  });

  test('after a refresh is never older than the call, also when a reading was under way', async () => {
    const { directory, registry, setObstacle, readings } = fixture();
    const gate = Promise.withResolvers<void>();
    setObstacle(() => gate.promise);
    const underWay = registry.refresh();
    await directory.report(nodeReport('late'), 3000);
    const asked = [registry.refresh(), registry.refresh(), registry.refresh()];
    gate.resolve();
    await underWay;
    assert.equal(registry.current().nodes.size, 0);
    await Promise.all(asked);
    assert.ok(registry.current().nodes.has(trustedId('late')));
    assert.equal(readings(), 2);
  });

  test('is read again after a reading under way has failed', async () => {
    const { registry, setObstacle } = fixture();
    const gate = Promise.withResolvers<void>();
    setObstacle(() => gate.promise);
    const failing = registry.refresh();
    const asked = registry.refresh();
    setObstacle(() => Promise.resolve());
    gate.reject(new AppError('store-unavailable', 'gone'));
    await assert.rejects(failing, { code: 'store-unavailable' });
    await asked;
    assert.equal(registry.current().version, 0);
  });
});
