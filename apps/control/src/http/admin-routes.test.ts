import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMemoryNodeDirectory } from '@longwire/embedded';
import { fakeClock } from '@longwire/testkit';
import { addNode, runControl } from '../../test/running-control.ts';
import type { RunningControl } from '../../test/running-control.ts';

interface NodeView {
  readonly nodeId: string;
  readonly state: string;
  readonly weight: number;
  readonly load: { readonly capacity: number };
  readonly leaseUntil: number;
}

async function listedIds(control: RunningControl): Promise<readonly string[]> {
  const { nodes } = (await (await control.call('GET', '/v1/nodes')).json()) as { nodes: NodeView[] };
  return nodes.map(({ nodeId }) => nodeId);
}

describe('/v1/admin/nodes', () => {
  test('shows load, state, weight and lease of every live node', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    const response = await control.call('GET', '/v1/admin/nodes');
    const { nodes } = (await response.json()) as { nodes: NodeView[] };
    const [view] = nodes;
    assert.deepEqual(
      [view?.nodeId, view?.state, view?.weight, view?.load.capacity, view?.leaseUntil],
      ['access-1', 'active', 1, 10_000, control.clock.now() - 250 + 3000],
    );
  });

  for (const [action, state] of [
    ['drain', 'draining'],
    ['eject', 'ejected'],
  ] as const) {
    test(`${action} takes the node off the list at once, restore brings it back`, async () => {
      await using control = await runControl();
      await addNode(control, 'access-1', 'access-2');
      const response = await control.call('POST', `/v1/admin/nodes/access-1/${action}`);
      assert.equal(response.status, 200);
      const view = (await response.json()) as NodeView;
      assert.deepEqual([view.nodeId, view.state], ['access-1', state]);
      assert.deepEqual(await listedIds(control), ['access-2']);
      for (let count = 0; count < 20; count += 1) {
        const connect = await control.call('POST', '/v1/connect', { body: { deviceId: 'd1' } });
        const { nodes } = (await connect.json()) as { nodes: NodeView[] };
        assert.deepEqual(
          nodes.map(({ nodeId }) => nodeId),
          ['access-2'],
        );
      }
      const restored = await control.call('POST', '/v1/admin/nodes/access-1/restore', { body: {} });
      assert.equal(((await restored.json()) as NodeView).state, 'active');
      assert.deepEqual(await listedIds(control), ['access-1', 'access-2']);
    });
  }

  test('eject acts within a second at every other replica', async () => {
    const clock = fakeClock();
    const directory = createMemoryNodeDirectory({ clock });
    await using first = await runControl({ clock, directory });
    await using second = await runControl({ clock, directory });
    await addNode(first, 'access-1', 'access-2');
    assert.deepEqual(await listedIds(second), ['access-1', 'access-2']);
    await first.call('POST', '/v1/admin/nodes/access-1/eject');
    await clock.advanceAsync(1000);
    assert.deepEqual(await listedIds(second), ['access-2']);
  });

  test('sets a weight, and a node of weight 0 gets nobody', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    const doubled = await control.call('PUT', '/v1/admin/nodes/access-1/weight', { body: { weight: 2 } });
    assert.deepEqual([doubled.status, ((await doubled.json()) as NodeView).weight], [200, 2]);
    await control.call('PUT', '/v1/admin/nodes/access-1/weight', { body: { weight: 0 } });
    assert.equal((await control.call('POST', '/v1/connect', { body: { deviceId: 'd1' } })).status, 503);
  });

  for (const [what, body] of [
    ['no weight', {}],
    ['a weight below 0', { weight: -1 }],
    ['a weight above 100', { weight: 101 }],
    ['a weight that is text', { weight: '2' }],
  ] as const) {
    test(`refuses ${what} with 400`, async () => {
      await using control = await runControl();
      await addNode(control, 'access-1');
      const response = await control.call('PUT', '/v1/admin/nodes/access-1/weight', { body });
      assert.equal(response.status, 400);
      assert.equal(((await response.json()) as { field: string }).field, 'weight');
    });
  }

  test('says 404 unknown-node of a node that never reported, and of one that has gone without a decision', async () => {
    await using control = await runControl();
    await addNode(control, 'gone');
    await control.clock.advanceAsync(3000);
    for (const [method, path, body] of [
      ['POST', 'ghost/drain', undefined],
      ['PUT', 'ghost/weight', { weight: 1 }],
      ['POST', 'gone/drain', undefined],
    ] as const) {
      const response = await control.call(method, `/v1/admin/nodes/${path}`, { body });
      assert.equal(response.status, 404);
      const { code, detail } = (await response.json()) as { code: string; detail: string };
      assert.equal(code, 'unknown-node');
      assert.match(detail, /is alive, and no decision about one is kept$/);
    }
    await addNode(control, 'gone');
    assert.deepEqual(await listedIds(control), ['gone']);
  });

  test('keeps a decision about a node that is away, and it holds when the node is back', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    await control.call('POST', '/v1/admin/nodes/access-1/drain');
    await control.clock.advanceAsync(3000);
    const response = await control.call('POST', '/v1/admin/nodes/access-1/eject');
    assert.equal(response.status, 202);
    assert.deepEqual(await response.json(), { nodeId: 'access-1', isAlive: false });
    await addNode(control, 'access-1');
    assert.deepEqual(await listedIds(control), []);
  });

  test('needs the scope admin for everything', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    await control.addApiKey('can-connect', ['connect']);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '/access-1/drain', undefined],
      ['POST', '/access-1/eject', undefined],
      ['POST', '/access-1/restore', undefined],
      ['PUT', '/access-1/weight', { weight: 2 }],
    ] as const) {
      const path_ = `/v1/admin/nodes${path}`;
      assert.equal((await control.call(method, path_, { body, apiKey: null })).status, 401);
      assert.equal((await control.call(method, path_, { body, apiKey: 'can-connect' })).status, 403);
    }
    assert.deepEqual(await listedIds(control), ['access-1']);
  });
});
