import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually, fakeClock } from '@longwire/testkit';
import { HEADER_BYTES, OPERATION } from '@longwire/wire';
import { received } from '../test/client-story.ts';
import {
  broadcast,
  directDelivery,
  expressFrame,
  kick,
  roomBatch,
  roomZone,
  topicOf,
  withNode,
} from '../test/test-node.ts';
import { TRANSPORT_KINDS } from './transport/transport.ts';
import type { TransportKind } from './transport/transport.ts';

for (const kind of TRANSPORT_KINDS) {
  describe(`a client over ${kind}`, () => {
    lifeOfAClient(kind);
    deliveries(kind);
  });
}

function lifeOfAClient(kind: TransportKind): void {
  test('authenticates, joins its room at once and gets exactly 20 bytes for a heartbeat', () =>
    withNode(async (node) => {
      node.logic.elsewhere.set('1000', 41);
      const client = await node.signIn({ kind, roomId: '1000' });
      assert.deepEqual(client.replies[0], { kind: 'authReply', seq: 1, code: 0 });
      assert.equal(client.frames[0]?.ver, 1);
      client.send({ kind: 'heartbeat', seq: 9 });
      assert.deepEqual(await client.reply('heartbeatReply'), { kind: 'heartbeatReply', seq: 9, online: 42 });
      const frame = client.frames.find(({ op }) => op === OPERATION.heartbeatReply);
      assert.equal(HEADER_BYTES + (frame?.body.length ?? 0), 20);
      assert.equal(frame?.ver, 1);
    }));

  test('in several rooms, gets the online count of the one it joined first', () =>
    withNode(async (node) => {
      node.logic.elsewhere.set('a', 10).set('b', 20);
      const client = await node.signIn({ kind, roomId: 'a' });
      client.send({ kind: 'join', seq: 2, roomId: 'b' });
      await client.reply('joinReply');
      client.send({ kind: 'heartbeat', seq: 3 });
      assert.equal((await client.reply('heartbeatReply')).online, 11);
    }));

  test('gets 0 for its online count without a room', () =>
    withNode(async (node) => {
      const client = await node.signIn({ kind });
      client.send({ kind: 'heartbeat', seq: 2 });
      assert.equal((await client.reply('heartbeatReply')).online, 0);
    }));

  test('changes, joins and leaves rooms, each answered with its own seq', () =>
    withNode(async (node) => {
      const client = await node.signIn({ kind, roomId: 'a' });
      client.send({ kind: 'changeRoom', seq: 11, roomId: 'b' });
      assert.deepEqual(await client.reply('changeRoomReply'), {
        kind: 'changeRoomReply',
        seq: 11,
        code: 0,
        roomId: 'b',
        online: 1,
        reason: '',
      });
      client.send({ kind: 'join', seq: 12, roomId: 'c' });
      assert.equal((await client.reply('joinReply')).seq, 12);
      client.send({ kind: 'leave', seq: 13, roomId: 'b' });
      assert.equal((await client.reply('leaveReply')).code, 0);
      client.send({ kind: 'leave', seq: 14, roomId: 'never' });
      await eventually(() => client.replies.some((reply) => reply.kind === 'leaveReply' && reply.code === -404));
      client.send({ kind: 'changeRoom', seq: 15, roomId: null });
      await eventually(() => client.replies.some((reply) => 'seq' in reply && reply.seq === 15));
      await eventually(() => node.logic.changes.filter(({ type }) => type === 'leave').length === 3);
      const steps = node.logic.changes.map((change) => `${change.type} ${'roomId' in change ? change.roomId : ''}`);
      assert.deepEqual(steps, ['open ', 'leave a', 'join b', 'join c', 'leave b', 'leave c']);
    }));

  test('resumes: gets what it missed in its own encoding, in order, from what the node keeps', () =>
    withNode(async (node) => {
      const client = await node.signIn({ kind, roomId: 'a', protover: 3 });
      node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['one', 'two'], epoch: 7 }));
      node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['three'], epoch: 7, firstSeq: 3 }));
      await received(client, ['one', 'two', 'three']);
      client.send({ kind: 'resume', seq: 5, roomId: 'a', epoch: 7, roomSeq: 1 });
      const { code, recovered, epoch, roomSeq } = await client.reply('resumeReply');
      assert.deepEqual({ code, recovered, epoch, roomSeq }, { code: 0, recovered: true, epoch: 7, roomSeq: 3 });
      await received(client, ['one', 'two', 'three', 'two', 'three']);
      assert.ok(client.frames.filter(({ op }) => op === OPERATION.message).every(({ ver }) => ver === 3));
      client.send({ kind: 'resume', seq: 6, roomId: 'b', epoch: 7, roomSeq: 1 });
      await eventually(() => client.replies.some((reply) => reply.kind === 'resumeReply' && reply.code === -404));
    }));

  test('sends to the business and is answered when logic has stored it', () =>
    withNode(async (node) => {
      const client = await node.signIn({ kind, roomId: 'a', userId: null });
      client.send({ kind: 'send', seq: 3, id: 'x1', data: { text: 'hi' } });
      const reply = await client.reply('sendReply');
      assert.deepEqual([reply.seq, reply.code, reply.id], [3, 0, 'x1']);
      const [event] = node.logic.uplinks;
      assert.deepEqual(
        [event?.type, event?.userId, event?.deviceId, event?.rooms, event?.data],
        ['uplink', '0', 'd1', ['a'], { text: 'hi' }],
      );
    }));

  test('is told when the business cannot be reached, and may send again', () =>
    withNode(async (node) => {
      const client = await node.signIn({ kind });
      await eventually(() => node.health.isReady().ready);
      node.logic.outcome = 'unavailable';
      client.send({ kind: 'send', seq: 3, id: 'x1', data: {} });
      assert.equal((await client.reply('sendReply')).code, -503);
    }));
}

function deliveries(kind: TransportKind): void {
  for (const protover of [0, 2, 3] as const) {
    test(`decodes every kind of message with protover ${protover}, room messages in its encoding, in order, once`, () =>
      withNode(async (node) => {
        node.logic.zones.set('a', 'music');
        const client = await node.signIn({ kind, roomId: 'a', protover });
        node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['1', '2'] }));
        node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['3'], firstSeq: 3 }));
        node.bulkBus.publish({ kind: 'broadcast' }, broadcast('music', 'zone'));
        node.bulkBus.publish({ kind: 'broadcast' }, broadcast('', 'all'));
        await received(client, ['1', '2', '3', 'zone', 'all']);
        const vers = client.frames.filter(({ op }) => op === OPERATION.message).map(({ ver }) => ver);
        assert.deepEqual(new Set(vers), new Set([protover]));
        assert.deepEqual(client.messages[1]?.lw, { room: 'a', seq: 2, epoch: 1 });
      }));
  }

  test('gets express messages plain, whatever its protover', () =>
    withNode(async (node) => {
      node.logic.zones.set('a', 'music');
      const client = await node.signIn({ kind, roomId: 'a', protover: 3 });
      await eventually(() => node.logic.changes.length === 1);
      const connectionId = node.logic.changes[0]?.session.connectionId ?? '';
      node.expressBus.publish(topicOf('a'), expressFrame('room'));
      node.expressBus.publish({ kind: 'broadcast' }, broadcast('music', 'zone'));
      node.expressBus.publish({ kind: 'broadcast' }, broadcast('', 'all'));
      node.expressBus.publish(
        { kind: 'node', nodeId: 'access-1' as never },
        directDelivery('express', [connectionId, 'x'], 'me'),
      );
      await received(client, ['room', 'zone', 'all', 'me']);
      assert.ok(client.frames.every(({ op, ver }) => op !== OPERATION.message || ver === 0));
    }));

  test('gets bulk messages of its own in its encoding', () =>
    withNode(async (node) => {
      const client = await node.signIn({ kind, protover: 2 });
      await eventually(() => node.logic.changes.length === 1);
      const connectionId = node.logic.changes[0]?.session.connectionId ?? '';
      node.bulkBus.publish({ kind: 'node', nodeId: 'access-1' as never }, directDelivery('bulk', [connectionId], 'me'));
      await received(client, ['me']);
      assert.equal(client.frames.at(-1)?.ver, 2);
    }));

  test('is closed with the reason of the business when it is kicked', () =>
    withNode(async (node) => {
      const client = await node.signIn({ kind, userId: '7' });
      const other = await node.signIn({ kind, userId: '8' });
      node.expressBus.publish({ kind: 'node', nodeId: 'access-1' as never }, kick('7', 'spam'));
      const notice = await client.reply('closeNotice');
      assert.deepEqual([notice.code, notice.reason, notice.retry], [4509, 'spam', false]);
      await client.gone();
      if (kind === 'ws' || kind === 'wss') assert.equal(client.closeCode, 4509);
      await eventually(() => node.logic.changes.some(({ type }) => type === 'close'));
      other.send({ kind: 'heartbeat', seq: 2 });
      await other.reply('heartbeatReply');
    }));
}

test('a zone push reaches a connection that is in two of its rooms once', () =>
  withNode(async (node) => {
    const client = await node.signIn({ roomId: 'a' });
    client.send({ kind: 'join', seq: 2, roomId: 'b' });
    await client.reply('joinReply');
    node.bulkBus.publish({ kind: 'room-zones' }, roomZone('a', 'music'));
    node.bulkBus.publish({ kind: 'room-zones' }, roomZone('b', 'music'));
    node.bulkBus.publish({ kind: 'broadcast' }, broadcast('music', 'once'));
    node.bulkBus.publish({ kind: 'broadcast' }, broadcast('', 'end'));
    await received(client, ['once', 'end']);
  }));

test('a push to a zone, to all or to a device that comes again, by another dispatch process, is written once', () =>
  withNode(async (node) => {
    const client = await node.signIn({ roomId: 'a' });
    await eventually(() => node.logic.changes.length === 1);
    const connectionIds = [node.logic.changes[0]?.session.connectionId ?? ''];
    node.bulkBus.publish({ kind: 'room-zones' }, roomZone('a', 'music'));
    for (const text of ['first', 'again']) {
      node.bulkBus.publish({ kind: 'broadcast' }, broadcast('music', text, 'zone'));
      node.bulkBus.publish({ kind: 'broadcast' }, broadcast('', text, 'all'));
      const direct = directDelivery('bulk', connectionIds, text, 'direct');
      node.bulkBus.publish({ kind: 'node', nodeId: 'access-1' as never }, direct);
    }
    node.bulkBus.publish({ kind: 'broadcast' }, broadcast('', 'end'));
    await received(client, ['first', 'first', 'first', 'end']);
    for (const kind of ['zone', 'all', 'direct']) {
      assert.equal(await node.metric(`longwire_access_copies_total{kind="${kind}"}`), 1, kind);
    }
  }));

test('a batch of an older owner of the partition is dropped and counted', () =>
  withNode(async (node) => {
    const client = await node.signIn({ roomId: 'a' });
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['new'], epoch: 5 }));
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['old'], epoch: 4 }));
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['newer'], epoch: 5, firstSeq: 2 }));
    await received(client, ['new', 'newer']);
    assert.equal(await node.metric('longwire_access_stale_batches_total'), 1);
  }));

test('payloads of the bus that cannot be read are counted and harm nobody', () =>
  withNode(async (node) => {
    const client = await node.signIn({ roomId: 'a' });
    const garbage = new Uint8Array([0x0a, 0xff, 0xff]);
    for (const bus of [node.bulkBus, node.expressBus]) {
      bus.publish(topicOf('a'), garbage);
      bus.publish({ kind: 'broadcast' }, garbage);
      bus.publish({ kind: 'node', nodeId: 'access-1' as never }, garbage);
    }
    node.bulkBus.publish({ kind: 'room-zones' }, garbage);
    node.bulkBus.publish({ kind: 'room-demand-query' }, garbage);
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['fine'] }));
    await received(client, ['fine']);
  }));

test('a connection is in 16 rooms at most: one more is refused with -429 and stays open', () =>
  withNode(async (node) => {
    const client = await node.signIn();
    for (let room = 1; room <= 17; room += 1) {
      client.send({ kind: 'join', seq: room, roomId: `r${room}` });
      await eventually(() => client.replies.length === room + 1);
    }
    const codes = client.replies.flatMap((reply) => (reply.kind === 'joinReply' ? [reply.code] : []));
    assert.deepEqual(codes, [...Array.from({ length: 16 }, () => 0), -429]);
    client.send({ kind: 'heartbeat', seq: 99 });
    await client.reply('heartbeatReply');
  }));

test('one more connection than a user may have closes the oldest, and only that', () =>
  withNode(
    async (node) => {
      const oldest = await node.signIn({ userId: '7' });
      const second = await node.signIn({ userId: '7' });
      const guest = await node.signIn({ userId: null });
      await node.signIn({ userId: '7' });
      await oldest.gone();
      assert.equal(oldest.closeCode, 4510);
      for (const client of [second, guest]) {
        client.send({ kind: 'heartbeat', seq: 2 });
        await client.reply('heartbeatReply');
      }
    },
    { env: { LONGWIRE_ACCESS_MAX_CONNECTIONS_PER_USER: '2' } },
  ));

test('connects beyond the rate of an address are closed with 4010', () =>
  withNode(
    async (node) => {
      await node.signIn();
      const refused = await node.connect('tcp');
      assert.equal((await refused.reply('closeNotice')).code, 4010);
      await refused.gone();
    },
    { clock: fakeClock(Date.now()), env: { LONGWIRE_ACCESS_CONNECT_RATE: '1', LONGWIRE_ACCESS_CONNECT_BURST: '1' } },
  ));

test('connections beyond the capacity are closed with 4011', () =>
  withNode(
    async (node) => {
      await node.signIn();
      const refused = await node.connect('ws');
      await refused.gone();
      assert.equal(refused.closeCode, 4011);
    },
    { env: { LONGWIRE_ACCESS_MAX_CONNECTIONS: '1' } },
  ));
