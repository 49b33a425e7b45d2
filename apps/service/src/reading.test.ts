import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { ClientEvent } from '@longwire/domain';
import { NodeCommand, RoomZones } from '@longwire/protos/bus/v1';
import { eventually } from '@longwire/testkit';
import { BOOTSTRAP_KEY, openService, sessionOf } from '../test/service-fixture.ts';
import type { Fixture } from '../test/service-fixture.ts';

describe('rooms, presence, kicks and events', () => {
  let fixture: Fixture;
  before(async () => {
    const sessions = [
      sessionOf('42', 'c1', 'access-1'),
      sessionOf('42', 'c2', 'access-1'),
      sessionOf('42', 'c3', 'access-2'),
    ];
    fixture = await openService({ sessions, env: { LONGWIRE_SERVICE_MAX_EVENT_STREAMS: '2' } });
  });
  after(() => fixture.close());

  test('a room shows its zone and online count; putting it tells every access node before it answers', async () => {
    const changes: unknown[] = [];
    await fixture.ports.bulkBus.subscribe({ kind: 'room-zones' }, (bytes) =>
      changes.push(...RoomZones.decode(bytes).rooms),
    );
    assert.deepEqual((await fixture.call('GET', '/v1/rooms/r1')).body, { roomId: 'r1', zoneId: null, online: 7 });
    const put = await fixture.call('PUT', '/v1/rooms/r1', { zoneId: 'music' });
    assert.deepEqual([put.status, put.body], [200, { roomId: 'r1', zoneId: 'music', online: 7 }]);
    assert.equal((await fixture.call('DELETE', '/v1/rooms/r1')).status, 204);
    assert.deepEqual((await fixture.call('GET', '/v1/rooms/r1')).body['zoneId'], null);
    assert.deepEqual(changes, [
      { roomId: 'r1', zoneId: 'music' },
      { roomId: 'r1', zoneId: '' },
    ]);
    assert.equal((await fixture.call('GET', '/v1/rooms/no%20room')).status, 400);
  });

  test('online totals and presence are as logic has them', async () => {
    assert.deepEqual((await fixture.call('GET', '/v1/online')).body, { connections: 3, users: 2, rooms: 1 });
    const presence = await fixture.call('GET', '/v1/users/42/presence');
    assert.equal(presence.body['online'], true);
    assert.deepEqual((presence.body['connections'] as unknown[])[0], {
      connectionId: 'c1',
      deviceId: 'device-of-c1',
      nodeId: 'access-1',
      rooms: ['1000'],
    });
    assert.deepEqual((await fixture.call('GET', '/v1/users/43/presence')).body, { online: false, connections: [] });
  });

  test('a kick orders each node once and counts connections', async () => {
    const orders: unknown[] = [];
    for (const node of ['access-1', 'access-2']) {
      await fixture.ports.expressBus.subscribe({ kind: 'node', nodeId: trustedId(node) }, (bytes) =>
        orders.push([node, NodeCommand.decode(bytes).command]),
      );
    }
    const answer = await fixture.call('POST', '/v1/users/42/kick', { reason: 'spam' });
    assert.deepEqual([answer.status, answer.body], [202, { connections: 3 }]);
    const kick = { $case: 'kick', value: { userId: '42', reason: 'spam' } };
    await eventually(() =>
      assert.deepEqual(orders, [
        ['access-1', kick],
        ['access-2', kick],
      ]),
    );
    assert.deepEqual((await fixture.call('POST', '/v1/users/43/kick')).body, { connections: 0 });
  });

  const enter: ClientEvent = {
    type: 'room.enter',
    eventId: 'e1',
    roomId: trustedId('1000'),
    userId: trustedId('42'),
    deviceId: trustedId('d'),
    connectionId: trustedId('c1'),
    at: 5,
  };
  const uplink: ClientEvent = {
    type: 'uplink',
    eventId: 'e2',
    userId: '0',
    deviceId: trustedId('d'),
    connectionId: trustedId('c1'),
    rooms: [trustedId('1000')],
    data: { text: 'hi' },
    at: 6,
  };

  async function openStream(query: string, lastEventId?: string) {
    const closing = new AbortController();
    const headers = {
      authorization: `Bearer ${BOOTSTRAP_KEY}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    };
    const response = await fetch(`${fixture.url}/v1/events${query}`, { headers, signal: closing.signal });
    let text = '';
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    })().catch(() => undefined);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: () => text,
      close: async () => {
        closing.abort();
        await reading;
      },
    };
  }

  test('the event stream gives what happens from now on, by type, and resumes after the last id', async () => {
    const all = await openStream('');
    assert.deepEqual([all.status, all.type], [200, 'text/event-stream; charset=utf-8']);
    await eventually(() => assert.match(all.text(), /^: ready\n\n/));
    const uplinks = await openStream('?types=uplink');
    await eventually(() => assert.match(uplinks.text(), /ready/));
    await fixture.ports.eventLog.append([enter, uplink]);
    await eventually(() => assert.match(all.text(), /"eventId":"e2"/));
    await eventually(() => assert.match(uplinks.text(), /"eventId":"e2"/));
    assert.ok(!uplinks.text().includes('room.enter'));
    const third = await fetch(`${fixture.url}/v1/events`, { headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` } });
    assert.equal(third.status, 429);
    await uplinks.close();
    await all.close();

    const [first, second] = all
      .text()
      .split('\n\n')
      .filter((block) => block.startsWith('id: '));
    assert.deepEqual(JSON.parse(String(first?.split('data: ')[1])), { ...enter });
    assert.deepEqual(JSON.parse(String(second?.split('data: ')[1])), { ...uplink });
    const firstId = /^id: (.*)/.exec(String(first))?.[1];
    await eventually(async () => {
      const resumed = await openStream('', firstId);
      await eventually(() => assert.match(resumed.text(), /"eventId":"e2"/));
      assert.ok(!resumed.text().includes('"e1"'));
      await resumed.close();
    });
  });

  test('an unknown event type, and a Last-Event-ID that is none, are 400', async () => {
    assert.equal((await fixture.call('GET', '/v1/events?types=uplink,gossip')).body['field'], 'types');
    const bad = await openStream('', 'not an id');
    assert.equal(bad.status, 400);
    await bad.close();
  });

  test('the API describes itself', async () => {
    const { body } = await fixture.call('GET', '/openapi.json', undefined, null);
    const paths = Object.keys(body['paths'] as object);
    for (const path of [
      '/v1/push',
      '/v1/messages/{messageId}',
      '/v1/rooms/{roomId}',
      '/v1/online',
      '/v1/users/{userId}/kick',
      '/v1/events',
    ]) {
      assert.ok(paths.includes(path), `${path} of ${paths.join(' ')}`);
    }
  });
});
