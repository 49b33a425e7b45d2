import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { CLOSE_CODES } from '@longwire/wire';
import { enter, enterAll } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import { Viewer } from '../harness/viewer.ts';

const CLIENTS = 40;
const PERCENT_PER_SEC = 20;
const CMD = 'PK_INVITE';

const userOf = (index: number): string => `u-${index}`;

/** The ids of the access nodes that new clients are sent to, as control says now. */
async function listedNodes(longwire: Longwire): Promise<readonly string[]> {
  const { body } = await longwire.api.control('GET', '/v1/nodes');
  return (body['nodes'] as readonly { nodeId: string }[]).map(({ nodeId }) => nodeId).toSorted();
}

/** Does what a hint asks of a client: the same user at the first node of the hint, the old line closed after. */
async function follow(longwire: Longwire, viewer: Viewer, index: number) {
  const hint = await viewer.until<'reconnectHint'>((frame) => frame.kind === 'reconnectHint');
  const hintedAtMs = performance.now();
  await new Promise<void>((resolve) => setTimeout(resolve, hint.afterMs));
  const [node] = hint.nodes;
  assert.ok(node !== undefined, 'the hint names a node');
  const userId = userOf(index);
  const { token } = await longwire.api.mustConnect({ deviceId: `d-${index}`, userId });
  const next = await Viewer.open({ address: { ws: node.ws }, token });
  viewer.close();
  return { next, nodeId: node.nodeId, hintedAtMs };
}

describe('a node that is emptied', () => {
  let longwire: Longwire;
  const viewers: Viewer[] = [];

  before(async () => {
    longwire = await Longwire.launch({
      mode: 'cluster',
      args: ['--access', '3'],
      env: {
        LONGWIRE_ACCESS_DRAIN_PERCENT_PER_SEC: String(PERCENT_PER_SEC),
        LONGWIRE_ACCESS_DRAIN_CLOSE_AFTER: '2s',
      },
    });
  });
  after(async () => {
    for (const viewer of viewers) viewer.close();
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  test('an ejected node gets no new clients at once, keeps those it has, and is taken back', async () => {
    const viewer = await enter(longwire, { deviceId: 'stays', node: 2 });
    viewers.push(viewer);
    assert.equal((await longwire.api.control('POST', '/v1/admin/nodes/access-3/eject')).status, 200);
    // The replica that decided acts before it answers; the second that others may take is held by a fake clock in control.
    assert.deepEqual(await listedNodes(longwire), ['access-1', 'access-2']);
    const { nodes } = await longwire.api.mustConnect({ deviceId: 'new' });
    assert.ok(nodes.every(({ nodeId }) => nodeId !== 'access-3'));
    await longwire.api.mustPush({ kind: 'device', deviceIds: ['stays'] }, { cmd: 'STILL_SERVED' });
    await viewer.untilReceived('STILL_SERVED');
    assert.equal(viewer.isClosed, false);
    assert.equal((await longwire.api.control('POST', '/v1/admin/nodes/access-3/restore')).status, 200);
    assert.deepEqual(await listedNodes(longwire), ['access-1', 'access-2', 'access-3']);
  });

  test('drained by an operator: off the list at once, clients move at the pace to both others, no express is lost', async () => {
    const first = await enterAll(
      longwire,
      Array.from({ length: CLIENTS }, (_, index) => ({ deviceId: `d-${index}`, userId: userOf(index) })),
    );
    viewers.push(...first);
    const silent = await enter(longwire, { deviceId: 'takes-no-hint' });
    viewers.push(silent);
    const moving = first.map((viewer, index) => follow(longwire, viewer, index));
    // Before the drain can have begun: whatever is slow here makes hints later than that, never earlier.
    const startedAt = performance.now();
    assert.equal((await longwire.api.control('POST', '/v1/admin/nodes/access-1/drain')).status, 200);
    assert.deepEqual(await listedNodes(longwire), ['access-2', 'access-3']);
    const pushed = new Map<string, string>();
    for (let round = 0; round < 5; round += 1) {
      for (let index = round; index < CLIENTS; index += 5) {
        const target = { kind: 'user', userIds: [userOf(index)] };
        pushed.set(userOf(index), await longwire.api.mustPush(target, { cmd: CMD, round }));
      }
      await new Promise<void>((resolve) => setTimeout(resolve, 800));
    }
    const moved = await Promise.all(moving);
    viewers.push(...moved.map(({ next }) => next));
    const early = moved.filter(({ hintedAtMs }) => hintedAtMs - startedAt < 1500).length;
    assert.ok(early <= CLIENTS * 0.75, `${early} of ${CLIENTS} were sent away within 1.5 s of a drain that takes 5 s`);
    assert.deepEqual(new Set(moved.map(({ nodeId }) => nodeId)), new Set(['access-2', 'access-3']));
    await eventually(() => {
      for (const [index, { next }] of moved.entries()) {
        const id = pushed.get(userOf(index));
        const got = [...(first[index]?.messages ?? []), ...next.messages];
        const ids = new Set<string>(got.flatMap(({ lw }) => (lw !== null && 'id' in lw ? [lw.id] : [])));
        assert.ok(id !== undefined && ids.has(id), `${userOf(index)} waits for ${id}`);
      }
    });
    await eventually(() => silent.closeCode === 4000);
    assert.ok((await longwire.metric('longwire_access_drain_hints_total')) >= CLIENTS + 1);
    assert.equal((await longwire.api.control('POST', '/v1/admin/nodes/access-1/restore')).status, 200);
    await eventually(async () => (await listedNodes(longwire)).includes('access-1'));
  });

  test('a node that gets SIGTERM sends its clients away with a hint and 4000, and is off the list', async () => {
    const leaving = await enterAll(
      longwire,
      Array.from({ length: 10 }, (_, index) => ({ deviceId: `t-${index}`, node: 1 })),
    );
    viewers.push(...leaving);
    process.kill(longwire.pidOf('access-2'), 'SIGTERM');
    await eventually(async () => !(await listedNodes(longwire)).includes('access-2'));
    for (const viewer of leaving) {
      const hint = await viewer.until<'reconnectHint'>((frame) => frame.kind === 'reconnectHint');
      assert.ok(hint.nodes.length > 0 && hint.nodes.every(({ nodeId }) => nodeId !== 'access-2'));
    }
    await eventually(() => leaving.every(({ closeCode }) => closeCode === 4000));
  });

  test('everything that ends at once waits for nobody', async () => {
    const all = await enterAll(
      longwire,
      Array.from({ length: 12 }, (_, index) => ({ deviceId: `last-${index}`, node: index % 2 === 0 ? 0 : 2 })),
    );
    const startedAt = performance.now();
    const exit = await longwire.stop();
    assert.equal(exit.code, 0, exit.stderr);
    // The contract's time; the launcher ends by force what is left after 9 s of it.
    assert.ok(performance.now() - startedAt < 10_000);
    await eventually(() => all.every(({ isClosed }) => isClosed));
    // Who empties at a pace closes everybody with 4000: `shutdown` is a node that saw that there is nobody to wait for.
    const { code } = CLOSE_CODES.shutdown;
    for (const half of [0, 1]) {
      assert.ok(all.filter((_, index) => index % 2 === half).some(({ closeCode }) => closeCode === code));
    }
  });
});
