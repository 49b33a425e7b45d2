import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { RoomTrafficReply, RoomTrafficRequest, TraceSpans } from '@longwire/protos/bus/v1';
import { ack, arrive, pushStored, stored } from '../test/express-world.ts';
import {
  ASK_MS,
  direct,
  openWorld,
  push,
  room,
  roomMessage,
  startDispatch,
  toWireUser,
  watchNode,
  watchRoom,
} from '../test/harness.ts';
import type { World } from '../test/harness.ts';

interface Told {
  readonly process: string;
  readonly stage: string;
  readonly messageId: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
}

async function watchSpans(world: World): Promise<Told[]> {
  const told: Told[] = [];
  await world.bulkBus.subscribe({ kind: 'trace' }, (payload) => {
    const { process, spans } = TraceSpans.decode(payload);
    for (const { stage, messageId, numbers, texts } of spans) told.push({ process, stage, messageId, numbers, texts });
  });
  return told;
}

async function askTraffic(world: World, roomIds: readonly string[]): Promise<RoomTrafficReply | undefined> {
  const partition = partitionOf(trustedId<RoomId>(roomIds[0] ?? ''));
  const question = RoomTrafficRequest.encode({ roomIds: [...roomIds] }).finish();
  const asking = world.bulkBus.request({ kind: 'room-traffic', partition }, question, ASK_MS);
  await world.clock.advanceAsync(0);
  const outcome = await asking;
  return outcome.ok ? RoomTrafficReply.decode(outcome.payload) : undefined;
}

test('the owner of a room tells where it stands, how busy it is, and what was left out', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world, 'dispatch-7', { roomRate: 2 });
  for (let index = 0; index < 40; index += 1) await push(world, [roomMessage(index, { cmd: 'LIKE' })]);
  await world.clock.advanceAsync(500);
  const reply = await askTraffic(world, [room, 'never']);
  assert.deepEqual([reply?.isKnown, reply?.owner, reply?.windowMs], [true, 'dispatch-7', 200]);
  const [known, unknown] = reply?.rooms ?? [];
  const seq = known?.seq ?? 0;
  assert.ok(seq > 0 && seq < 40, `${seq} of 40 were let through`);
  assert.equal(known?.shed['low'], 40 - seq);
  assert.equal(known?.messagesPerSec, seq / 5);
  assert.ok((known?.batchesPerSec ?? 0) > 0 && known?.historyMessages === seq && known.roomEpoch > 0);
  assert.deepEqual([unknown?.seq, unknown?.messagesPerSec, unknown?.historyMessages], [0, 0, 0]);
  assert.deepEqual(dispatch.app.vitals.rooms?.(), [{ roomId: room, messagesPerSec: seq / 5 }]);
  await dispatch.app.stop();
  assert.equal(await askTraffic(world, [room]), undefined);
  world.log.close();
});

test('a question that cannot be read is counted and not answered', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.bulkBus.publish({ kind: 'room-traffic', partition: 1 }, Uint8Array.of(255, 255));
  await world.clock.advanceAsync(0);
  assert.equal(await dispatch.value('malformed_total', '{topic="room-traffic"}'), 1);
  await dispatch.app.stop();
  world.log.close();
});

test('a traced room message tells of being taken, flushed and forwarded; its neighbours in the batch do not', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const told = await watchSpans(world);
  const { batches } = await watchRoom(world);
  await push(world, [roomMessage(1), { ...roomMessage(2), isTraced: true }, roomMessage(3)]);
  await world.clock.advanceAsync(300);
  await push(world, [roomMessage(4)]);
  await world.clock.advanceAsync(300);
  assert.deepEqual(
    told.map(({ stage, messageId }) => [stage, messageId]),
    ['taken', 'flushed', 'forwarded'].map((stage) => [stage, 'm-1000-2']),
  );
  assert.equal(told[0]?.numbers['seq'], 2);
  assert.deepEqual([told[1]?.numbers['batchMessages'], told[1]?.texts['reason']], [3, 'idle']);
  assert.deepEqual(
    batches.map(({ trace }) => trace?.messageIds),
    [['m-1000-2'], undefined],
  );
  await dispatch.app.stop();
  world.log.close();
});

test('a traced room message that is shed says so, with its class', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world, 'dispatch-1', { roomRate: 1 });
  const told = await watchSpans(world);
  for (let index = 0; index < 30; index += 1) {
    await push(world, [{ ...roomMessage(index, { cmd: 'LIKE' }), isTraced: true }]);
  }
  await world.clock.advanceAsync(300);
  const shed = told.filter(({ stage }) => stage === 'shed');
  assert.equal(shed.length, await dispatch.value('room_messages_shed_total', '{class="low"}'));
  assert.ok(shed.length > 0 && shed.every(({ texts }) => texts['class'] === 'low'));
  assert.equal(told.filter(({ stage }) => stage === 'taken').length, 30 - shed.length);
  await dispatch.app.stop();
  world.log.close();
});

test('a message that wants an ack tells of each send, with attempt and device, and of the ack', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const told = await watchSpans(world);
  const deliveries = await watchNode(world.expressBus, 'access-1');
  world.logic.connect('c1', 'access-1', '42', 'd1');
  await pushStored(world, stored(world));
  await world.clock.advanceAsync(1500);
  await ack(world, ['s1']);
  await ack(world, ['foreign']);
  await world.clock.advanceAsync(100);
  assert.deepEqual(
    told.map(({ stage, messageId, numbers }) => [stage, messageId, numbers['attempt']]),
    [
      ['taken', 's1', undefined],
      ['sent', 's1', 1],
      ['sent', 's1', 2],
      ['acked', 's1', undefined],
    ],
  );
  assert.deepEqual({ ...told[1]?.texts }, { deviceId: 'd1', nodeId: 'access-1', connectionId: 'c1' });
  assert.deepEqual({ ...told[3]?.texts }, { deviceId: 'd1', userId: '42' });
  // The time on the way is that of the first send alone.
  assert.deepEqual(
    deliveries.map(({ isTraced, acceptedAtMs }) => [isTraced, acceptedAtMs !== undefined]),
    [
      [true, true],
      [true, false],
    ],
  );
  await dispatch.app.stop();
  world.log.close();
});

test('a message that waited for its user tells of the arrival it was sent at, and nobody takes that for its time on the way', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const told = await watchSpans(world);
  const deliveries = await watchNode(world.expressBus, 'access-2');
  await pushStored(world, stored(world, { ttlMs: 4000 }));
  await arrive(world, 'c9');
  await world.clock.advanceAsync(5000);
  assert.deepEqual(
    told.map(({ stage }) => stage),
    ['taken', 'sent', 'expired'],
  );
  assert.deepEqual({ ...told[2]?.numbers }, { targets: 1, acked: 0, attempts: 1 });
  assert.deepEqual(
    deliveries.map(({ acceptedAtMs }) => acceptedAtMs),
    [undefined],
  );
  await dispatch.app.stop();
  world.log.close();
});

test('of two processes of a site one tells of a message', async () => {
  const world = openWorld();
  const processes = [await startDispatch(world, 'dispatch-1'), await startDispatch(world, 'dispatch-2')];
  await world.clock.advanceAsync(2000);
  const told = await watchSpans(world);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  await pushStored(world, stored(world));
  await ack(world, ['s1']);
  await world.clock.advanceAsync(100);
  assert.deepEqual(
    told.map(({ stage }) => stage),
    ['taken', 'sent', 'acked'],
  );
  assert.equal(new Set(told.map(({ process }) => process)).size, 1);
  for (const { app } of processes) await app.stop();
  world.log.close();
});

test('a message without an ack is traced when that was asked for, and not else', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const told = await watchSpans(world);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  for (const isTraced of [undefined, true]) {
    world.expressBus.publish({ kind: 'direct-push' }, direct(toWireUser('42'), { isTraced }));
    const toRoom = { $case: 'room', value: { roomId: room } } as const;
    world.expressBus.publish({ kind: 'direct-push' }, direct(toRoom, { isTraced, messageId: 'e2' }));
    await world.clock.advanceAsync(100);
  }
  assert.deepEqual(
    told.map(({ stage, messageId }) => `${messageId} ${stage}`).toSorted((a, b) => (a < b ? -1 : 1)),
    ['e1 sent', 'e1 taken', 'e2 forwarded', 'e2 taken'],
  );
  await dispatch.app.stop();
  world.log.close();
});
