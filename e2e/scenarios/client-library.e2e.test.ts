import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { tcpTransport } from '@longwire/client/node';
import { eventually } from '@longwire/testkit';
import { enterWithClient } from '../harness/client-audience.ts';
import type { ClientViewer, ClientViewerOptions } from '../harness/client-audience.ts';
import { openLinks, through } from '../harness/faulty-link.ts';
import type { FaultyLink } from '../harness/faulty-link.ts';
import { Longwire } from '../harness/launch.ts';

const ROOM = 'library';

describe('the client library against a cluster', () => {
  let longwire: Longwire;
  let entered: ClientViewer[] = [];
  let links: ReadonlyMap<string, FaultyLink> = new Map();
  let people = 0;

  before(async () => {
    longwire = await Longwire.launch({ mode: 'cluster' });
  });
  afterEach(() => leaveAll());
  after(async () => {
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  function leaveAll(): void {
    for (const { client } of entered) client.close();
    for (const link of links.values()) link.close();
    entered = [];
    links = new Map();
  }

  async function enter(options: Partial<ClientViewerOptions> = {}): Promise<ClientViewer & { userId: string }> {
    people += 1;
    const userId = options.userId ?? `lib-${people}`;
    const viewer = await enterWithClient(longwire, { rooms: [ROOM], ...options, userId });
    entered.push(viewer);
    return { ...viewer, userId };
  }

  /** Pushes `count` numbered messages to the room, each accepted. */
  async function say(cmd: string, count: number, roomId = ROOM): Promise<void> {
    for (let n = 1; n <= count; n += 1) {
      await eventually(() => longwire.api.mustPush({ kind: 'room', roomId }, { cmd, n }), { timeoutMs: 15_000 });
    }
  }

  /** Goes on pushing numbered messages until told to stop; resolves with how many there were. */
  async function talk(cmd: string, isOver: () => boolean): Promise<number> {
    let count = 0;
    while (!isOver()) {
      count += 1;
      const payload = { cmd, n: count };
      await eventually(() => longwire.api.mustPush({ kind: 'room', roomId: ROOM }, payload), { timeoutMs: 15_000 });
    }
    return count;
  }

  function numbers(viewer: ClientViewer, cmd: string): number[] {
    return viewer.received(cmd).map((payload) => Number(payload['n']));
  }

  /** In order, each once, and what is missing was told. */
  function assertHonest(viewer: ClientViewer, cmd: string, count: number): void {
    const came = numbers(viewer, cmd);
    assert.deepEqual(
      came,
      [...new Set(came)].toSorted((a, b) => a - b),
    );
    const told = viewer.events.gap.reduce((sum, { missed }) => sum + (missed ?? count), 0);
    assert.ok(came.length + told >= count, `${came.length} of ${count} came, gaps of ${told} were told`);
  }

  test('over WebSocket and TCP: room messages in order, express acked, uplink taken', async () => {
    for (const options of [{}, { transport: tcpTransport }]) {
      const viewer = await enter({ options });
      const cmd = `HELLO_${viewer.userId}`;
      await say(cmd, 20);
      await viewer.until('all said', () => numbers(viewer, cmd).length === 20);
      assertHonest(viewer, cmd, 20);
      const target = { kind: 'user', userIds: [viewer.userId] };
      const messageId = await longwire.api.mustPush(target, { cmd: 'INVITE' });
      await eventually(async () => {
        const { body } = await longwire.api.service('GET', `/v1/messages/${messageId}`);
        return body['status'] === 'delivered';
      });
      assert.equal(viewer.received('INVITE').length, 1);
      assert.equal((await viewer.client.send({ type: 'hello' })).ok, true);
      assert.deepEqual(viewer.events.fault, []);
      leaveAll();
    }
  });

  test('links cut again and again under a running room: in order, once, and honest about what is gone', async () => {
    links = await openLinks(longwire);
    const viewer = await enter({ ticket: through(links) });
    let isOver = false;
    const talking = talk('CUT', () => isOver);
    for (let cut = 1; cut <= 4; cut += 1) {
      const reached = numbers(viewer, 'CUT').length;
      await viewer.until('more said', () => numbers(viewer, 'CUT').length > reached || viewer.events.gap.length > 0);
      for (const link of links.values()) link.cut();
      await viewer.until('noticed', () => viewer.client.state.kind !== 'live');
      await viewer.until('back', () => viewer.client.state.kind === 'live');
    }
    isOver = true;
    const count = await talking;
    await say('CUT_END', 1);
    await viewer.until('the end', () => viewer.received('CUT_END').length === 1);
    assertHonest(viewer, 'CUT', count);
  });

  test('a link that goes silent is noticed and left', async () => {
    links = await openLinks(longwire);
    const viewer = await enter({ ticket: through(links) });
    for (const link of links.values()) link.goSilent();
    await viewer.until('noticed', () => viewer.events.state.some(({ kind }) => kind === 'reconnecting'), 20_000);
    await viewer.until('back', () => viewer.client.state.kind === 'live');
    await say('SILENT_END', 1);
    await viewer.until('the end', () => viewer.received('SILENT_END').length === 1);
  });

  test('kill -9 of its node: it is back through the other one, and an invite sent meanwhile comes once', async () => {
    const viewer = await enter();
    await say('BEFORE', 3);
    await viewer.until('said', () => numbers(viewer, 'BEFORE').length === 3);
    const { state } = viewer.client;
    assert.ok(state.kind === 'live');
    const pid = longwire.pidOf(state.nodeId);
    process.kill(pid, 'SIGKILL');
    await longwire.api.mustPush({ kind: 'user', userIds: [viewer.userId] }, { cmd: 'INVITE' });
    await say('MEANWHILE', 3);
    await viewer.until('the invite', () => viewer.received('INVITE').length === 1, 30_000);
    await viewer.until('live', () => viewer.client.state.kind === 'live');
    await say('AFTER', 3);
    await viewer.until('said', () => numbers(viewer, 'AFTER').length === 3);
    assertHonest(viewer, 'MEANWHILE', 3);
    assert.equal(viewer.received('INVITE').length, 1);
    await eventually(() => longwire.pidOf(state.nodeId) !== pid, { timeoutMs: 15_000 });
  });

  test('a drained node: everyone moves, and nobody notices', async () => {
    await eventually(async () => (await longwire.api.mustConnect({ deviceId: 'x' })).nodes.length === 2, {
      timeoutMs: 15_000,
    });
    const viewer = await enter();
    const { state } = viewer.client;
    assert.ok(state.kind === 'live');
    const talking = say('DRAIN', 60);
    assert.ok((await longwire.api.control('POST', `/v1/admin/nodes/${state.nodeId}/drain`)).status < 300);
    await viewer.until('moved', () => isLiveElsewhere(viewer, state.nodeId), 30_000);
    await talking;
    await say('DRAIN_END', 1);
    await viewer.until('the end', () => viewer.received('DRAIN_END').length === 1);
    assertHonest(viewer, 'DRAIN', 60);
    assert.ok(!viewer.events.state.some(({ kind }) => kind === 'reconnecting'), JSON.stringify(viewer.events.state));
    await longwire.api.control('POST', `/v1/admin/nodes/${state.nodeId}/restore`);
  });

  test('a kick is final, and says why', async () => {
    const viewer = await enter();
    // Presence learns of a new connection a moment after the connection itself.
    await eventually(async () => {
      const path = `/v1/users/${viewer.userId}/kick`;
      const { body } = await longwire.api.service('POST', path, { reason: 'you know why' });
      return body['connections'] === 1;
    });
    assert.deepEqual(await viewer.client.closed, { kind: 'closed', code: 4509, reason: 'you know why' });
  });

  function isLiveElsewhere({ client }: ClientViewer, nodeId: string): boolean {
    return client.state.kind === 'live' && client.state.nodeId !== nodeId;
  }
});
