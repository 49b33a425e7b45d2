import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { trustedId } from '@longwire/domain';
import { eventually } from '@longwire/testkit';
import { startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { encodeClientFrame } from '@longwire/wire';
import { enter } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import type { Viewer } from '../harness/viewer.ts';

const WITHIN = { everyMs: 50 };
const user = (userId: string) => ({ kind: 'user', userIds: [userId] });

/** The ids of the messages with this `cmd`, copies included. */
const idsOf = (viewer: Viewer, cmd: string): readonly string[] =>
  viewer.messages.flatMap(({ cmd: found, lw }) => (found === cmd && lw !== null && 'ack' in lw ? [lw.id] : []));

describe('an express message answered with 202', () => {
  let longwire: Longwire;
  let redis: RunningServer;
  const viewers: Viewer[] = [];

  before(async () => {
    redis = await startRedis();
    longwire = await Longwire.launch({ mode: 'cluster', env: { LONGWIRE_REDIS_URL: redis.url } });
  });
  after(async () => {
    for (const viewer of viewers) viewer.close();
    const exit = await longwire?.stop();
    await redis?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  const watch = async (userId: string, more: { node?: number; acks?: boolean; deviceId?: string } = {}) => {
    const viewer = await enter(longwire, { userId, deviceId: `device-of-${userId}`, ...more });
    viewers.push(viewer);
    return viewer;
  };

  const statusOf = async (messageId: string): Promise<Record<string, unknown>> => {
    const answer = await longwire.api.service('GET', `/v1/messages/${messageId}`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  };

  const untilDelivered = (messageId: string): Promise<unknown> =>
    eventually(async () => assert.equal((await statusOf(messageId))['status'], 'delivered'), WITHIN);

  /** Waits until logic knows that a device has left: until then it is sent what comes at its old connection. */
  const untilGone = (userId: string, deviceId: string): Promise<unknown> =>
    eventually(async () => {
      const { body } = await longwire.api.service('GET', `/v1/users/${userId}/presence`);
      const connections = body['connections'] as readonly Record<string, unknown>[];
      assert.ok(connections.every((connection) => connection['deviceId'] !== deviceId));
    }, WITHIN);

  async function killed(name: string): Promise<void> {
    const pid = longwire.pidOf(name);
    process.kill(pid, 'SIGKILL');
    await eventually(() => longwire.pidOf(name) !== pid, { what: `${name} running again` });
  }

  test('comes once to each connection that acks promptly, though two workers send it', async () => {
    const [one, other] = [await watch('prompt'), await watch('prompt', { node: 1, deviceId: 'second-device' })];
    const before = await longwire.metric('longwire_dispatch_express_retried_total');
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => longwire.api.mustPush(user('prompt'), { cmd: 'ONCE' })),
    );
    for (const viewer of [one, other]) await viewer.untilReceived('ONCE', ids.length);
    await Promise.all(ids.map(untilDelivered));
    await delay(1500);
    const retried = (await longwire.metric('longwire_dispatch_express_retried_total')) - before;
    for (const viewer of [one, other]) {
      const came = idsOf(viewer, 'ONCE');
      assert.deepEqual([...new Set(came)].toSorted(), ids.toSorted());
      // An ack that took longer than the first retry spacing is the one reason for a frame more.
      assert.ok(
        came.length <= ids.length + retried,
        `${came.length} frames for ${ids.length}, ${retried} rounds again`,
      );
    }
  });

  test('is sent by both workers, and the second copy is dropped', async () => {
    await watch('twice');
    const copies = (): Promise<number> => longwire.metric('longwire_access_copies_total', { labels: 'kind="direct"' });
    const before = await copies();
    // A worker that hears of the ack before its own turn rightly sends nothing: asked until both were in time.
    await eventually(async () => {
      await untilDelivered(await longwire.api.mustPush(user('twice'), { cmd: 'TWICE' }));
      assert.ok((await copies()) > before);
    }, WITHIN);
  });

  test('is sent again to a client that does not ack, at growing distances, until it does', async () => {
    const viewer = await watch('silent', { acks: false });
    const id = await longwire.api.mustPush(user('silent'), { cmd: 'AGAIN' });
    await viewer.untilReceived('AGAIN', 3);
    assert.deepEqual(new Set(idsOf(viewer, 'AGAIN')), new Set([id]));
    assert.equal((await statusOf(id))['status'], 'pending');
    viewer.close();
    const back = await watch('silent', { node: 1 });
    await back.untilReceived('AGAIN');
    await untilDelivered(id);
  });

  test('waits for a device that comes late, on any node; each device of the user gets it', async () => {
    const id = await longwire.api.mustPush(user('late'), { cmd: 'LATE' });
    assert.deepEqual(await statusOf(id), { messageId: id, status: 'pending', targets: 1, acked: 0, attempts: 0 });
    const first = await watch('late');
    await first.untilReceived('LATE');
    await untilDelivered(id);
    const second = await watch('late', { node: 1, deviceId: 'another' });
    await second.untilReceived('LATE');
    // Not how often: an ack that took longer than the first retry spacing is sent for once more.
    for (const viewer of [first, second]) assert.deepEqual(new Set(idsOf(viewer, 'LATE')), new Set([id]));
    first.close();
    await untilGone('late', 'device-of-late');
    const later = await longwire.api.mustPush(user('late'), { cmd: 'LATER' });
    const again = await watch('late', { node: 1 });
    // Both would come by the same way, in the order in which they were accepted.
    await again.untilReceived('LATER');
    assert.deepEqual(new Set(idsOf(again, 'LATER')), new Set([later]));
    assert.deepEqual(idsOf(again, 'LATE'), [], 'a device that has acked is not sent it on a new connection');
  });

  test('is reported as expired when its ttl ends first, and comes no more', async () => {
    const id = await longwire.api.mustPush(user('never'), { cmd: 'EXPIRED' }, { ttlMs: 800 });
    await eventually(
      async () =>
        assert.deepEqual(await statusOf(id), { messageId: id, status: 'expired', targets: 1, acked: 0, attempts: 0 }),
      WITHIN,
    );
    // Waits for the same user, and would come after it.
    await longwire.api.mustPush(user('never'), { cmd: 'ALIVE' });
    const viewer = await watch('never');
    await viewer.untilReceived('ALIVE');
    assert.deepEqual(viewer.received('EXPIRED'), []);
  });

  for (const names of [
    ['dispatch-1'],
    ['dispatch-2'],
    ['service-1'],
    ['logic-1'],
    ['access-1'],
    ['nats'],
    ['dispatch-1', 'dispatch-2'],
  ]) {
    test(`survives kill -9 of ${names.join(' and ')} between its 202 and its delivery`, async () => {
      const userId = `survivor-${names.join('-')}`;
      const cmd = 'SURVIVED';
      const ids = await Promise.all(Array.from({ length: 10 }, () => longwire.api.mustPush(user(userId), { cmd })));
      const killing = Promise.all(names.map(killed));
      const viewer = await eventually(() => watch(userId, { node: 1 }), WITHIN);
      await eventually(() => assert.deepEqual(new Set(idsOf(viewer, cmd)), new Set(ids)), WITHIN);
      await killing;
      await Promise.all(ids.map(untilDelivered));
    });
  }

  test('is lost by no Redis that comes back empty', async () => {
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => longwire.api.mustPush(user('redis'), { cmd: 'KEPT' })),
    );
    const connected = await watch('redis-online');
    await redis.kill();
    redis = await startRedis({ port: redis.port });
    const more = await eventually(() => longwire.api.mustPush(user('redis-online'), { cmd: 'KEPT' }), WITHIN);
    await eventually(() => assert.deepEqual(new Set(idsOf(connected, 'KEPT')), new Set([more])), WITHIN);
    const viewer = await eventually(() => watch('redis'), WITHIN);
    await eventually(() => assert.deepEqual(new Set(idsOf(viewer, 'KEPT')), new Set(ids)), WITHIN);
  });

  test('acks of unknown and foreign ids change nothing and harm nobody', async () => {
    const viewer = await watch('stranger', { acks: false });
    const id = await longwire.api.mustPush(user('somebody'), { cmd: 'FOREIGN' });
    viewer.send(encodeClientFrame({ kind: 'ack', seq: 9, messageIds: [trustedId(id), trustedId('no-such-message')] }));
    await eventually(async () => {
      const unknown = await longwire.metric('longwire_dispatch_express_acks_total', { labels: 'unknown' });
      return unknown >= 2;
    }, WITHIN);
    assert.equal((await statusOf(id))['acked'], 0);
    assert.equal(viewer.isClosed, false);
  });
});
