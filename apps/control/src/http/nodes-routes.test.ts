import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addNode, runControl } from '../../test/running-control.ts';

describe('the list of nodes', () => {
  test('has a version that is a bare number, open to all and cacheable', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    const response = await control.call('GET', '/v1/nodes/version', { apiKey: null });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '1');
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal(response.headers.get('cache-control'), 'public, max-age=1');
    const etag = response.headers.get('etag') ?? '';
    const again = await control.call('GET', '/v1/nodes/version', { apiKey: null, headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
  });

  test('is told when the version is another, and 304 without a body when it is the same', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    const whole = await control.call('GET', '/v1/nodes', { apiKey: null });
    assert.deepEqual(await whole.json(), {
      version: 1,
      nodes: [
        { nodeId: 'access-1', region: 'cn-east', ws: 'ws://access-1.example:56100/sub', tcp: 'access-1.example:56101' },
      ],
    });
    const same = await control.call('GET', '/v1/nodes?version=1', { apiKey: null });
    assert.deepEqual([same.status, await same.text()], [304, '']);
    await addNode(control, 'access-2');
    const changed = await control.call('GET', '/v1/nodes?version=1', { apiKey: null });
    const { version, nodes } = (await changed.json()) as { version: number; nodes: unknown[] };
    assert.deepEqual([changed.status, version, nodes.length], [200, 2, 2]);
  });

  test('refuses a version that is no number with 400', async () => {
    await using control = await runControl();
    const response = await control.call('GET', '/v1/nodes?version=x', { apiKey: null });
    assert.equal(response.status, 400);
    assert.equal(((await response.json()) as { field: string }).field, 'version');
  });

  test('loses a node that has not reported for 3 s, and keeps one that has', async () => {
    await using control = await runControl();
    await addNode(control, 'dead', 'alive');
    const idsOf = async () => {
      const { nodes } = (await (await control.call('GET', '/v1/nodes')).json()) as { nodes: { nodeId: string }[] };
      return nodes.map(({ nodeId }) => nodeId);
    };
    assert.deepEqual(await idsOf(), ['alive', 'dead']);
    await control.clock.advanceAsync(2000);
    await addNode(control, 'alive');
    await control.clock.advanceAsync(1000);
    assert.deepEqual(await idsOf(), ['alive']);
  });

  test('is described at /openapi.json', async () => {
    await using control = await runControl();
    const document = (await (await control.call('GET', '/openapi.json')).json()) as { paths: object };
    assert.deepEqual(Object.keys(document.paths).toSorted(), [
      '/v1/admin/nodes',
      '/v1/admin/nodes/{nodeId}/drain',
      '/v1/admin/nodes/{nodeId}/eject',
      '/v1/admin/nodes/{nodeId}/restore',
      '/v1/admin/nodes/{nodeId}/weight',
      '/v1/connect',
      '/v1/link-quality',
      '/v1/nodes',
      '/v1/nodes/version',
    ]);
  });
});
