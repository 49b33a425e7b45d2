import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { enter } from '../harness/audience.ts';
import type { Mode } from '../harness/launch.ts';
import { hasAll, named, OperatorStage, ROOMS, stagesOf } from './operator-api/operator-stage.ts';
import type { History, HistoryPoint, Span } from './operator-api/operator-stage.ts';

/** What both ways to run the system answer alike. */
function describeOperatorApi(mode: Mode, nodes: readonly string[], tierSizes: Readonly<Record<string, number>>): void {
  let stage: OperatorStage;
  before(async () => {
    stage = await OperatorStage.open(mode, nodes.length);
  });
  after(() => stage?.close());

  test('the overview shows every process, who is online, and what is written to them', async () => {
    const viewers = Object.values(ROOMS).reduce((sum, count) => sum + count, 0);
    await eventually(async () => {
      const { tiers, online } = await stage.overview();
      const sizes = Object.fromEntries(Object.entries(tiers).map(([tier, { processes }]) => [tier, processes]));
      assert.deepEqual([sizes, online], [tierSizes, { connections: viewers, users: 0, rooms: 3 }]);
    });
    const before = await stage.longwire.metric('longwire_access_messages_out_total');
    const seen = await eventually(async () => {
      await stage.push({ kind: 'room', roomId: 'op-large' });
      const overview = await stage.overview();
      const { deliveriesPerSec = 0, framesPerSec = 0, messagesPerSec = 0, bytesOutPerSec = 0 } = overview.rates;
      assert.ok(deliveriesPerSec > 0 && framesPerSec > 0 && messagesPerSec > 0 && bytesOutPerSec > 0);
      assert.ok(overview.latencyMs.bulk !== null);
      return overview;
    });
    assert.ok(seen.savings.framesRatio >= 1, 'a frame holds one message or more');
    assert.ok(seen.latencyMs.bulk !== null && seen.latencyMs.bulk.p50 <= seen.latencyMs.bulk.p99);
    assert.ok(seen.processes.every(({ name, memoryBytes }) => name !== '' && memoryBytes > 1e6));
    const pushed = stage.viewers[0]?.received('OPERATOR').length ?? 0;
    await eventually(async () => {
      const delivered = (await stage.longwire.metric('longwire_access_messages_out_total')) - before;
      assert.equal(delivered % ROOMS['op-large'], 0);
      assert.ok(delivered >= pushed * ROOMS['op-large'], `${delivered} deliveries`);
    });
    const points = await eventually(async () => {
      const history = await stage.get<History>('/v1/admin/overview/history?seconds=60');
      assert.equal(history.stepMs, 1000);
      const isSeen = (point: HistoryPoint): boolean => point.connections === viewers && point.deliveriesPerSec > 0;
      assert.ok(history.points.some(isSeen), JSON.stringify(history.points));
      return history.points;
    });
    assert.ok(points.every((point, index) => index === 0 || point.at > (points[index - 1]?.at ?? 0)));
  });

  test('rooms are listed by who is online and by how busy they are', async () => {
    assert.equal((await stage.longwire.api.service('PUT', '/v1/rooms/op-medium', { zoneId: 'music' })).status, 200);
    await eventually(async () => {
      const listed = (await stage.rooms('sort=online')).map(({ roomId, zoneId, online }) => [roomId, zoneId, online]);
      assert.deepEqual(listed, [
        ['op-large', null, 6],
        ['op-medium', 'music', 4],
        ['op-small', null, 2],
      ]);
    });
    assert.deepEqual(
      (await stage.rooms('sort=online&limit=1')).map(({ roomId }) => roomId),
      ['op-large'],
    );
    await eventually(async () => {
      // The smallest room is the busiest, a room without anybody in it comes next.
      for (let index = 0; index < 12; index += 1) await stage.push({ kind: 'room', roomId: 'op-small' });
      for (let index = 0; index < 6; index += 1) await stage.push({ kind: 'room', roomId: 'op-empty' });
      const listed = await stage.rooms('sort=rate');
      assert.deepEqual(
        listed.slice(0, 2).map(({ roomId, online }) => [roomId, online]),
        [
          ['op-small', 2],
          ['op-empty', 0],
        ],
      );
      assert.ok(
        listed.every((room, index) => index === 0 || room.messagesPerSec <= (listed[index - 1]?.messagesPerSec ?? 0)),
      );
      const byOnline = await stage.rooms('sort=online');
      assert.ok((byOnline.find(({ roomId }) => roomId === 'op-small')?.messagesPerSec ?? 0) > 0);
    });
  });

  test('one room is shown as its owner has it, also one that nobody knows', async () => {
    for (let index = 0; index < 3; index += 1) await stage.push({ kind: 'room', roomId: 'op-shown' });
    await eventually(async () => {
      const room = await stage.get<Record<string, unknown>>('/v1/admin/rooms/op-shown');
      assert.deepEqual([room['seq'], room['historyMessages'], room['windowMs'], room['online']], [3, 3, 200, 0]);
      assert.ok(Number(room['epoch']) > 0 && Number(room['messagesPerSec']) > 0 && Number(room['batchMessages']) >= 1);
      assert.match(String(room['owner']), /^dispatch-\d$/);
    });
    const unknown = await stage.get<Record<string, unknown>>('/v1/admin/rooms/never-heard-of');
    const { seq, online, messagesPerSec, batchesPerSec, batchMessages, historyMessages, shed, zoneId } = unknown;
    assert.deepEqual(
      { seq, online, messagesPerSec, batchesPerSec, batchMessages, historyMessages, shed, zoneId },
      {
        seq: 0,
        online: 0,
        messagesPerSec: 0,
        batchesPerSec: 0,
        batchMessages: 0,
        historyMessages: 0,
        shed: {},
        zoneId: null,
      },
    );
    assert.match(String(unknown['owner']), /^dispatch-\d$/);
  });

  test('a traced push to a room shows each stage, and how many each node wrote to', async () => {
    const messageId = await stage.push({ kind: 'room', roomId: 'op-large' }, '?trace=true');
    const spans = await stage.trace(
      messageId,
      (found) =>
        // Each process tells of its own stages, in no order.
        hasAll(found, ['accepted', 'taken', 'flushed', 'forwarded']) && named(found, 'written').length === nodes.length,
    );
    assert.deepEqual(
      stagesOf(spans).filter((name) => name !== 'written'),
      ['accepted', 'taken', 'flushed', 'forwarded'],
    );
    const [taken] = named(spans, 'taken');
    assert.match(taken?.process ?? '', /^dispatch-/);
    assert.ok(Number(taken?.detail['seq']) > 0);
    const written = named(spans, 'written').map(({ process, detail }) => `${process} ${detail['recipients']}`);
    assert.deepEqual(
      written.toSorted(),
      nodes.map((node) => `${node} ${ROOMS['op-large'] / nodes.length}`),
    );
    const trace = await stage.get<Record<string, unknown>>(`/v1/messages/${messageId}/trace`);
    assert.deepEqual(
      [trace['target'], trace['lane'], trace['isCut']],
      [{ kind: 'room', roomId: 'op-large' }, 'bulk', false],
    );
    assert.equal(trace['acceptedAt'], spans.find(({ stage: name }) => name === 'accepted')?.at);
  });

  test('traced pushes to a zone, to all and express to a room show who got them', async () => {
    assert.equal((await stage.longwire.api.service('PUT', '/v1/rooms/op-medium', { zoneId: 'music' })).status, 200);
    const everyone = Object.values(ROOMS).reduce((sum, count) => sum + count, 0);
    const recipients = (spans: readonly Span[]): number =>
      named(spans, 'written').reduce((sum, { detail }) => sum + Number(detail['recipients']), 0);
    const cases = [
      { target: { kind: 'all' }, rest: {}, expected: everyone },
      { target: { kind: 'all' }, rest: { lane: 'express' }, expected: everyone },
      { target: { kind: 'zone', zoneId: 'music' }, rest: {}, expected: ROOMS['op-medium'] },
      { target: { kind: 'room', roomId: 'op-small' }, rest: { lane: 'express' }, expected: ROOMS['op-small'] },
    ];
    for (const { target, rest, expected } of cases) {
      const messageId = await stage.push(target, '?trace=true', rest);
      const isWhole = (spans: readonly Span[]): boolean =>
        hasAll(spans, ['accepted', 'taken', 'forwarded', 'written']) && recipients(spans) === expected;
      await stage.trace(messageId, isWhole);
    }
  });

  test('a push to a user that wants an ack shows stored, sent, written and acked, with the device', async () => {
    const viewer = await enter(stage.longwire, { userId: '77', deviceId: 'op-phone', node: nodes.length - 1 });
    const messageId = await stage.push({ kind: 'user', userIds: ['77'] });
    await viewer.untilReceived('OPERATOR');
    const spans = await stage.trace(messageId, (found) =>
      hasAll(found, ['accepted', 'stored', 'taken', 'sent', 'written', 'acked']),
    );
    const [sent, acked, written] = ['sent', 'acked', 'written'].map((name) => named(spans, name)[0]);
    assert.deepEqual([sent?.detail['deviceId'], sent?.detail['attempt']], ['op-phone', 1]);
    assert.equal(sent?.detail['nodeId'], nodes.at(-1));
    assert.deepEqual([acked?.detail['deviceId'], acked?.detail['userId']], ['op-phone', '77']);
    assert.deepEqual([written?.process, written?.detail['recipients']], [nodes.at(-1), 1]);
    viewer.close();
    // Nobody is there to ack this one.
    const missed = await stage.push({ kind: 'user', userIds: ['nobody'] }, '', { ttlMs: 300 });
    const missedSpans = await stage.trace(missed, (found) => hasAll(found, ['expired']));
    assert.ok(!stagesOf(missedSpans).includes('sent'));
  });

  test('bad input, unknown traces and keys without the scope are told so', async () => {
    const { api } = stage.longwire;
    const untraced = await stage.push({ kind: 'room', roomId: 'op-small' });
    const statusOf = async (path: string, ask = api): Promise<unknown> => {
      const { status, body } = await ask.service('GET', path);
      return [status, body['code']];
    };
    for (const path of [
      '/v1/admin/rooms?sort=popularity',
      '/v1/admin/rooms?limit=0',
      '/v1/admin/rooms?limit=201',
      '/v1/admin/rooms?limit=ten',
      '/v1/admin/overview/history?seconds=901',
      '/v1/admin/rooms/not%20an%20id',
    ]) {
      assert.deepEqual(await statusOf(path), [400, 'invalid-request'], path);
    }
    const badTrace = await api.service('POST', '/v1/push?trace=maybe', {
      target: { kind: 'all' },
      payload: { cmd: 'X' },
    });
    assert.equal(badTrace.status, 400);
    assert.deepEqual(await statusOf(`/v1/messages/${untraced}/trace`), [404, 'unknown-message']);
    assert.deepEqual(await statusOf('/v1/messages/never/trace'), [404, 'unknown-message']);
    const { body } = await api.service('POST', '/v1/admin/keys', { name: 'pusher', scopes: ['push:room'] });
    const pusher = api.withKey(String(body['apiKey']));
    for (const path of [
      '/v1/admin/overview',
      '/v1/admin/overview/history',
      '/v1/admin/rooms',
      '/v1/admin/rooms/op-small',
      `/v1/messages/${untraced}/trace`,
    ]) {
      assert.deepEqual(await statusOf(path, pusher), [403, 'scope-missing'], path);
    }
  });
}

describe('the operator API of a cluster', () =>
  describeOperatorApi('cluster', ['access-1', 'access-2'], {
    control: 1,
    service: 1,
    logic: 1,
    dispatch: 2,
    access: 2,
  }));

describe('the operator API of standalone', () =>
  describeOperatorApi('standalone', ['access-1'], { control: 1, service: 1, logic: 1, dispatch: 1, access: 1 }));
