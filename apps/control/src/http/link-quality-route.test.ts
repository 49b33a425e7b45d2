import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addNode, runControl } from '../../test/running-control.ts';
import type { RunningControl } from '../../test/running-control.ts';

const SAMPLE = { nodeId: 'access-1', connects: 1, failedDials: 0, losses: 0, connectMs: 40, rttMs: 12 };
const DAY_MS = 24 * 3_600_000;

async function tokenOf(control: RunningControl, deviceId = 'd1'): Promise<string> {
  const response = await control.call('POST', '/v1/connect', { body: { deviceId } });
  return ((await response.json()) as { token: string }).token;
}

function report(control: RunningControl, token: string | null, body: unknown = { nodes: [SAMPLE] }): Promise<Response> {
  return control.call('POST', '/v1/link-quality', { apiKey: token, body });
}

async function shown(control: RunningControl, nodeId: string): Promise<unknown> {
  const response = await control.call('GET', '/v1/admin/nodes');
  const { nodes } = (await response.json()) as { nodes: { nodeId: string; linkQuality: unknown }[] };
  return nodes.find((node) => node.nodeId === nodeId)?.linkQuality;
}

describe('POST /v1/link-quality', () => {
  test('what clients report is shown to operators and counted', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1', 'access-2');
    for (const [index, losses] of [0, 0, 0, 1].entries()) {
      const response = await report(control, await tokenOf(control, `d${index}`), { nodes: [{ ...SAMPLE, losses }] });
      assert.equal(response.status, 204);
    }
    assert.deepEqual(await shown(control, 'access-1'), { reports: 4, badRatio: 0.25, connectMs: 40, rttMs: 12 });
    assert.equal(await shown(control, 'access-2'), null);
    const metrics = await control.metricsText();
    assert.match(metrics, /longwire_control_link_reports_total\{outcome="taken"\} 4/);
    assert.match(metrics, /longwire_control_link_bad_ratio\{region="cn-east"\} 0\.25/);
  });

  test('a node whose clients report losses gets fewer new ones, and never none', async () => {
    await using control = await runControl({ env: { LONGWIRE_CONTROL_SLOW_START: '0s' } });
    await addNode(control, 'access-1', 'access-2');
    for (let index = 0; index < 200; index += 1) {
      const token = await tokenOf(control, `r${index}`);
      const nodes = [
        { ...SAMPLE, losses: 1 },
        { ...SAMPLE, nodeId: 'access-2' },
      ];
      assert.equal((await report(control, token, { nodes })).status, 204);
    }
    await control.clock.advanceAsync(2_000);
    await addNode(control, 'access-1', 'access-2');
    const first: string[] = [];
    for (let index = 0; index < 600; index += 1) {
      const response = await control.call('POST', '/v1/connect', { body: { deviceId: `p${index}` } });
      const { nodes } = (await response.json()) as { nodes: { nodeId: string }[] };
      first.push(nodes[0]?.nodeId ?? '');
    }
    const share = first.filter((nodeId) => nodeId === 'access-1').length / first.length;
    assert.ok(share > 0.25 && share < 0.45, `access-1 got ${share}`);
  });

  test('a token that has run out still reports, for a day', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    const token = await tokenOf(control);
    control.clock.jumpTo(control.clock.now() + DAY_MS);
    assert.equal((await report(control, token)).status, 204);
    control.clock.jumpTo(control.clock.now() + DAY_MS);
    assert.equal((await report(control, token)).status, 401);
  });

  for (const [what, token] of [
    ['no token', null],
    ['an API key', 'test-bootstrap-key'],
    ['a token that is not ours', `${'a'.repeat(20)}..${'b'.repeat(16)}.${'c'.repeat(20)}.${'d'.repeat(22)}`],
    ['ten kilobytes for a token', 'x'.repeat(10_000)],
  ] as const) {
    test(`${what} is refused with 401`, async () => {
      await using control = await runControl();
      const response = await report(control, token);
      assert.equal(response.status, 401);
      assert.equal(((await response.json()) as { code: string }).code, 'invalid-token');
    });
  }

  for (const [what, nodes] of [
    ['no nodes', []],
    ['nine nodes', Array.from({ length: 9 }, () => SAMPLE)],
    ['a count below 0', [{ ...SAMPLE, losses: -1 }]],
    ['a count beyond reason', [{ ...SAMPLE, losses: 1e15 }]],
    ['a time that is text', [{ ...SAMPLE, rttMs: 'fast' }]],
    ['a node id with a blank', [{ ...SAMPLE, nodeId: 'a b' }]],
  ] as const) {
    test(`${what} is refused with 400 and changes nothing`, async () => {
      await using control = await runControl();
      await addNode(control, 'access-1');
      assert.equal((await report(control, await tokenOf(control), { nodes })).status, 400);
      assert.equal(await shown(control, 'access-1'), null);
    });
  }

  test('a body of more than 4 KiB is refused unread', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    const response = await report(control, await tokenOf(control), { nodes: [SAMPLE], padding: 'x'.repeat(4_096) });
    assert.equal(response.status, 413);
  });

  test('a device that reports without end is told to wait, and others are not', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    const [one, other] = [await tokenOf(control, 'd1'), await tokenOf(control, 'd2')];
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await report(control, one)).status);
    assert.deepEqual(statuses, [204, 204, 204, 429, 429]);
    assert.equal((await report(control, other)).status, 204);
    assert.match(await control.metricsText(), /longwire_control_link_reports_total\{outcome="limited"\} 2/);
  });

  test('an address that sends 201 reports at once is told to wait with the last', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    const tokens: string[] = [];
    for (let index = 0; index < 67; index += 1) tokens.push(await tokenOf(control, `d${index}`));
    const statuses: number[] = [];
    for (const token of [...tokens, ...tokens, ...tokens]) statuses.push((await report(control, token)).status);
    assert.deepEqual(statuses, [...Array<number>(200).fill(204), 429]);
  });

  test('browsers may call it from any page', async () => {
    await using control = await runControl();
    const preflight = await control.call('OPTIONS', '/v1/link-quality', { apiKey: null });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization/);
    assert.equal((await report(control, null)).headers.get('access-control-allow-origin'), '*');
  });
});
