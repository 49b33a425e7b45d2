import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Broadcast,
  BroadcastPush,
  BroadcastPushReply,
  DirectPushReply,
  ExpressFrame,
  Lane,
} from '@longwire/protos/bus/v1';
import {
  ASK_MS,
  direct,
  objectsOf,
  openWorld,
  PAYLOAD,
  room,
  startDispatch,
  toWireUser,
  watchNode,
} from '../test/harness.ts';
import type { WireTarget, World } from '../test/harness.ts';

/** Pushes as service does; false also when nobody answered. */
async function pushDirect(world: World, payload: Uint8Array): Promise<boolean> {
  const request = world.expressBus.request({ kind: 'direct-push' }, payload, ASK_MS);
  // A refusal waits a little for another site's acceptance.
  await world.clock.advanceAsync(50);
  const outcome = await request;
  return outcome.ok && DirectPushReply.decode(outcome.payload).isAccepted;
}

async function end(world: World, ...apps: readonly { readonly app: { stop(): Promise<void> } }[]): Promise<void> {
  for (const { app } of apps) await app.stop();
  world.log.close();
}

test('a message for a user goes to each of their connections, one command per access node', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.logic.connect('c1', 'access-1', '42');
  world.logic.connect('c2', 'access-1', '42');
  world.logic.connect('c3', 'access-2', '42');
  world.logic.connect('c4', 'access-2', '43');
  const first = await watchNode(world.expressBus, 'access-1');
  const second = await watchNode(world.expressBus, 'access-2');
  assert.equal(await pushDirect(world, direct(toWireUser('42'))), true);
  await world.clock.advanceAsync(0);
  assert.deepEqual(
    first.map((command) => command.connectionIds),
    [['c1', 'c2']],
  );
  assert.deepEqual(
    second.map((command) => command.connectionIds),
    [['c3']],
  );
  assert.deepEqual(objectsOf(first[0]?.frame ?? PAYLOAD), [{ cmd: 'PK_INVITE', lw: { id: 'e1', ack: false } }]);
  assert.equal(await dispatch.value('express_sent_total', '{lane="express"}'), 3);
  await end(world, dispatch);
});

test('a bulk message for a device goes over the bulk bus and carries its id alone', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.logic.connect('c1', 'access-1', null, 'd1');
  const express = await watchNode(world.expressBus, 'access-1');
  const bulk = await watchNode(world.bulkBus, 'access-1');
  const target: WireTarget = { $case: 'device', value: { deviceIds: ['d1'] } };
  assert.equal(await pushDirect(world, direct(target, { lane: Lane.BULK })), true);
  await world.clock.advanceAsync(0);
  assert.equal(express.length, 0);
  assert.equal(bulk[0]?.lane, Lane.BULK);
  assert.deepEqual(objectsOf(bulk[0]?.frame ?? PAYLOAD), [{ cmd: 'PK_INVITE', lw: { id: 'e1' } }]);
  await end(world, dispatch);
});

test('pushes of one turn are looked up together, each id once, in calls of at most 500', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const ids = Array.from({ length: 700 }, (_, index) => `u${index}`);
  world.expressBus.publish({ kind: 'direct-push' }, direct(toWireUser(...ids)));
  world.expressBus.publish({ kind: 'direct-push' }, direct(toWireUser(...ids.slice(0, 300)), { messageId: 'e2' }));
  await world.clock.advanceAsync(0);
  await world.clock.advanceAsync(0);
  assert.deepEqual(world.logic.calls, [500, 200]);
  assert.equal(await dispatch.value('routes_resolved_total'), 700);
  assert.equal(await dispatch.value('express_absent_total'), 1000);
  await end(world, dispatch);
});

test('an express message for a room leaves at once, alone and plain', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const frames: ExpressFrame[] = [];
  await world.expressBus.subscribe({ kind: 'room-batch', roomId: room }, (payload) => {
    frames.push(ExpressFrame.decode(payload));
  });
  assert.equal(await pushDirect(world, direct({ $case: 'room', value: { roomId: room } })), true);
  assert.equal(frames[0]?.messageId, 'e1');
  assert.deepEqual(objectsOf(frames[0]?.frame ?? PAYLOAD), [{ cmd: 'PK_INVITE', lw: { id: 'e1', ack: false } }]);
  await end(world, dispatch);
});

test('an express message for a zone or all is one broadcast, plain alone', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const broadcasts: Broadcast[] = [];
  await world.expressBus.subscribe({ kind: 'broadcast' }, (payload) => void broadcasts.push(Broadcast.decode(payload)));
  assert.equal(await pushDirect(world, direct({ $case: 'zone', value: { zoneId: 'music' } })), true);
  assert.equal(await pushDirect(world, direct({ $case: 'all', value: {} })), true);
  assert.deepEqual(
    broadcasts.map(({ zoneId, encodings }) => [zoneId, encodings.map((encoded) => encoded.encoding)]),
    [
      ['music', [1]],
      ['', [1]],
    ],
  );
  await end(world, dispatch);
});

test('a bulk broadcast is encoded once plain and once with brotli, and answered', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const broadcasts: Broadcast[] = [];
  await world.bulkBus.subscribe({ kind: 'broadcast' }, (payload) => void broadcasts.push(Broadcast.decode(payload)));
  const push = BroadcastPush.encode({ messageId: 'b1', zoneId: 'music', payload: PAYLOAD, acceptedAtMs: 1 }).finish();
  const request = world.bulkBus.request({ kind: 'broadcast-push' }, push, ASK_MS);
  await world.clock.advanceAsync(0);
  const outcome = await request;
  assert.ok(outcome.ok && BroadcastPushReply.decode(outcome.payload).isAccepted);
  const [broadcast] = broadcasts;
  assert.deepEqual([broadcast?.messageId, broadcast?.zoneId], ['b1', 'music']);
  assert.deepEqual(
    broadcast?.encodings.map((encoded) => encoded.encoding),
    [1, 4],
  );
  assert.deepEqual(objectsOf(broadcast?.encodings[0]?.frames ?? PAYLOAD), [{ cmd: 'PK_INVITE', lw: { id: 'b1' } }]);
  assert.equal(await dispatch.value('compressions_total', '{encoding="brotli"}'), 1);
  await end(world, dispatch);
});

test('a message that wants no ack waits 2 s for logic, then it is dropped and counted', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  world.logic.state.isAvailable = false;
  assert.equal(await pushDirect(world, direct(toWireUser('42'))), true);
  await world.clock.advanceAsync(1000);
  assert.equal(await dispatch.value('express_queue_messages'), 1);
  world.logic.state.isAvailable = true;
  await world.clock.advanceAsync(500);
  assert.equal(commands.length, 1);
  world.logic.state.isAvailable = false;
  assert.equal(await pushDirect(world, direct(toWireUser('42'), { messageId: 'e2' })), true);
  await world.clock.advanceAsync(2500);
  assert.equal(await dispatch.value('express_unsent_total', '{reason="no-route-answer"}'), 1);
  assert.equal(await dispatch.value('express_queue_messages'), 0);
  await end(world, dispatch);
});

test('a full queue refuses before it takes', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world, 'dispatch-1', { onceMessages: 2 });
  world.logic.state.isAvailable = false;
  const taken = [];
  for (const id of ['e1', 'e2', 'e3']) taken.push(await pushDirect(world, direct(toWireUser('42'), { messageId: id })));
  assert.deepEqual(taken, [true, true, false]);
  assert.equal(await dispatch.value('express_refused_total', '{reason="queue-full"}'), 1);
  await end(world, dispatch);
});

test('bytes that are no message are counted and touch nothing else', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const junk = new Uint8Array([0xff, 0xff, 0xff]);
  world.expressBus.publish({ kind: 'acks' }, junk);
  world.expressBus.publish({ kind: 'arrivals' }, junk);
  assert.equal(await pushDirect(world, junk), false);
  assert.equal(await pushDirect(world, direct(toWireUser('42'), { payload: Buffer.from('[]') })), true);
  assert.equal(await pushDirect(world, direct({ $case: 'all', value: {} }, { payload: Buffer.from('[]') })), false);
  for (const topic of ['acks', 'arrivals', 'direct-push']) {
    assert.ok((await dispatch.value('malformed_total', `{topic="${topic}"}`)) >= 1, topic);
  }
  await end(world, dispatch);
});
