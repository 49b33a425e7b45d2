import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { enter } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import type { Viewer } from '../harness/viewer.ts';

/** Every place a viewer can be: two nodes, two transports. */
const SEATS = [
  { node: 0, over: 'ws', protover: 3 },
  { node: 0, over: 'tcp', protover: 0 },
  { node: 1, over: 'ws', protover: 2 },
  { node: 1, over: 'tcp', protover: 3 },
] as const;

describe('a push reaches whom it is for, on every node and transport', () => {
  let longwire: Longwire;
  let viewers: readonly Viewer[];
  let stranger: Viewer;

  before(async () => {
    longwire = await Longwire.launch({ mode: 'cluster' });
    viewers = await Promise.all(
      SEATS.map((seat, index) =>
        enter(longwire, { ...seat, userId: `u${index}`, deviceId: `d${index}`, roomId: '1000' }),
      ),
    );
    stranger = await enter(longwire, { userId: 'stranger', deviceId: 'ds', roomId: '2000', node: 1 });
  });
  after(async () => {
    for (const viewer of [...(viewers ?? []), stranger]) viewer?.close();
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  const everyoneGets = (cmd: string): Promise<unknown> =>
    Promise.all(viewers.map((viewer) => viewer.untilReceived(cmd)));

  test('room: its viewers get it with seq and epoch, others do not', async () => {
    await longwire.api.mustPush({ kind: 'room', roomId: 1000 }, { cmd: 'ROOM', text: '哈哈' });
    await everyoneGets('ROOM');
    for (const viewer of viewers) {
      const [payload] = viewer.received('ROOM');
      assert.equal(payload?.['text'], '哈哈');
      const lw = payload?.['lw'] as { room: string; seq: number; epoch: number };
      assert.deepEqual([lw.room, lw.seq], ['1000', 1]);
      assert.ok(Number.isSafeInteger(lw.epoch) && lw.epoch > 0);
    }
    assert.deepEqual(stranger.received('ROOM'), []);
  });

  test('zone: once each, also who is in two rooms of it; none after the room left the zone', async () => {
    for (const roomId of ['1000', '1001']) {
      const answer = await longwire.api.service('PUT', `/v1/rooms/${roomId}`, { zoneId: 'music' });
      assert.equal(answer.status, 200);
      assert.equal(answer.body['zoneId'], 'music');
    }
    const both = await enter(longwire, { deviceId: 'both', roomId: '1000', node: 1 });
    const { encodeClientFrame } = await import('@longwire/wire');
    await both.request((seq) => encodeClientFrame({ kind: 'join', seq, roomId: '1001' }));
    await longwire.api.mustPush({ kind: 'zone', zoneId: 'music' }, { cmd: 'ZONE' });
    await everyoneGets('ZONE');
    await both.untilReceived('ZONE');

    assert.equal((await longwire.api.service('DELETE', '/v1/rooms/1000')).status, 204);
    await longwire.api.mustPush({ kind: 'zone', zoneId: 'music' }, { cmd: 'ZONE_AFTER' });
    await both.untilReceived('ZONE_AFTER');
    assert.equal(both.received('ZONE').length, 1);
    for (const viewer of [...viewers, stranger]) assert.deepEqual(viewer.received('ZONE_AFTER'), []);
    assert.deepEqual(stranger.received('ZONE'), []);
    both.close();
  });

  test('all: everyone, in whatever room or in none', async () => {
    const roomless = await enter(longwire, { deviceId: 'roomless' });
    const messageId = await longwire.api.mustPush({ kind: 'all' }, { cmd: 'ALL' });
    await everyoneGets('ALL');
    const [payload] = await roomless.untilReceived('ALL');
    await stranger.untilReceived('ALL');
    assert.deepEqual(payload?.['lw'], { id: messageId });
    roomless.close();
  });

  test('user: every device of the users named, acked, and the status says so', async () => {
    const second = await enter(longwire, { userId: 'u0', deviceId: 'd0-phone', node: 1, over: 'tcp' });
    const messageId = await longwire.api.mustPush({ kind: 'user', userIds: ['u0', 'u3'] }, { cmd: 'PK_INVITE' });
    const [payload] = await second.untilReceived('PK_INVITE');
    assert.deepEqual(payload?.['lw'], { id: messageId, ack: true });
    await viewers[0]?.untilReceived('PK_INVITE');
    await viewers[3]?.untilReceived('PK_INVITE');
    await eventually(async () => {
      const { body } = await longwire.api.service('GET', `/v1/messages/${messageId}`);
      assert.deepEqual([body['status'], body['targets'], body['acked']], ['delivered', 2, 2]);
    });
    assert.deepEqual(viewers[1]?.received('PK_INVITE'), []);
    second.close();
  });

  test('device: that device alone, a guest too', async () => {
    const guest = await enter(longwire, { deviceId: 'guest-1', node: 1 });
    await longwire.api.mustPush({ kind: 'device', deviceIds: ['guest-1', 'd2'] }, { cmd: 'DEVICE' });
    await guest.untilReceived('DEVICE');
    await viewers[2]?.untilReceived('DEVICE');
    assert.deepEqual(viewers[0]?.received('DEVICE'), []);
    guest.close();
  });

  test('express to a room, a zone or all goes plain and carries its id', async () => {
    await longwire.api.service('PUT', '/v1/rooms/1000', { zoneId: 'music' });
    const targets = [{ kind: 'room', roomId: '1000' }, { kind: 'zone', zoneId: 'music' }, { kind: 'all' }];
    for (const target of targets) {
      const cmd = `EXPRESS_${target.kind}`;
      const messageId = await longwire.api.mustPush(target, { cmd }, { lane: 'express' });
      await everyoneGets(cmd);
      assert.deepEqual(viewers[0]?.received(cmd)[0]?.['lw'], { id: messageId, ack: false });
    }
  });

  test('an absent user gets the message on the next connect, to any node', async () => {
    const messageId = await longwire.api.mustPush({ kind: 'user', userIds: ['late'] }, { cmd: 'WAITED' });
    const late = await enter(longwire, { userId: 'late', deviceId: 'dl', node: 1, over: 'tcp' });
    const [payload] = await late.untilReceived('WAITED');
    assert.deepEqual(payload?.['lw'], { id: messageId, ack: true });
    late.close();
  });

  test('online counts and presence are right once it is quiet', async () => {
    await eventually(async () => {
      const online = await longwire.api.service('GET', '/v1/online');
      assert.deepEqual(online.body, { connections: 5, users: 5, rooms: 2 });
      const room = await longwire.api.service('GET', '/v1/rooms/1000');
      assert.equal(room.body['online'], 4);
    });
    const presence = await longwire.api.service('GET', '/v1/users/u2/presence');
    const connections = presence.body['connections'] as readonly Record<string, unknown>[];
    assert.equal(presence.body['online'], true);
    assert.deepEqual(
      connections.map(({ deviceId, nodeId, rooms }) => ({ deviceId, nodeId, rooms })),
      [{ deviceId: 'd2', nodeId: 'access-2', rooms: ['1000'] }],
    );
    assert.deepEqual((await longwire.api.service('GET', '/v1/rooms/nobody')).body, {
      roomId: 'nobody',
      zoneId: null,
      online: 0,
    });
  });

  test('kick closes every connection of the user and tells how many', async () => {
    const victims = await Promise.all([
      enter(longwire, { userId: 'bad', deviceId: 'b1', node: 0 }),
      enter(longwire, { userId: 'bad', deviceId: 'b2', node: 1, over: 'tcp' }),
    ]);
    await eventually(async () => {
      const presence = await longwire.api.service('GET', '/v1/users/bad/presence');
      assert.equal((presence.body['connections'] as unknown[]).length, 2);
    });
    const answer = await longwire.api.service('POST', '/v1/users/bad/kick', { reason: 'spam' });
    assert.deepEqual([answer.status, answer.body], [202, { connections: 2 }]);
    for (const victim of victims) {
      const notice = await victim.until<'closeNotice'>((frame) => frame.kind === 'closeNotice');
      assert.equal(notice.retry, false);
      assert.ok(notice.code >= 4500);
      await eventually(() => victim.isClosed);
    }
    assert.ok(viewers.every((viewer) => !viewer.isClosed));
  });
});
