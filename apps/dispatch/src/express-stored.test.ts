import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { Message, Target } from '@longwire/domain';
import { AckBatch, ArrivalBatch } from '@longwire/protos/bus/v1';
import {
  direct,
  messageId,
  objectsOf,
  openWorld,
  PAYLOAD,
  startDispatch,
  toWireUser,
  watchNode,
} from '../test/harness.ts';
import type { World } from '../test/harness.ts';

const toUser: Target = { kind: 'user', userIds: [trustedId('42')] };

function stored(world: World, more: Partial<Message> = {}): Message {
  return {
    messageId: messageId('s1'),
    target: toUser,
    payload: PAYLOAD,
    lane: 'express',
    isAckWanted: true,
    ttlMs: 60_000,
    acceptedAtMs: world.clock.now(),
    ...more,
  };
}

/** Stores a message and announces it, as service does for one that wants an ack. */
async function pushStored(world: World, message: Message): Promise<void> {
  const adding = world.store.add(message);
  await world.clock.advanceAsync(0);
  await adding;
  const push = direct(toWireUser('42'), { messageId: message.messageId, isAckWanted: true });
  world.expressBus.publish({ kind: 'direct-push' }, push);
  await world.clock.advanceAsync(0);
  await world.clock.advanceAsync(0);
}

async function ack(world: World, ids: readonly string[], userId = '42', deviceId = 'd1'): Promise<void> {
  const batch = { acks: [{ messageIds: [...ids], userId, deviceId }] };
  world.expressBus.publish({ kind: 'acks' }, AckBatch.encode(batch).finish());
  await world.clock.advanceAsync(0);
  await world.clock.advanceAsync(0);
}

async function reportOf(world: World, id: string) {
  const report = world.store.report(messageId(id));
  await world.clock.advanceAsync(0);
  return report;
}

async function end(world: World, ...apps: readonly { readonly app: { stop(): Promise<void> } }[]): Promise<void> {
  for (const { app } of apps) await app.stop();
  world.store.close();
}

test('a stored message is sent once at first, again after 1 and 2 s, and not after its ack', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  await pushStored(world, stored(world));
  assert.equal(commands.length, 1);
  assert.equal(commands[0]?.isAckWanted, true);
  assert.deepEqual(objectsOf(commands[0]?.frame ?? PAYLOAD), [{ cmd: 'PK_INVITE', lw: { id: 's1', ack: true } }]);
  await world.clock.advanceAsync(900);
  assert.equal(commands.length, 1);
  await world.clock.advanceAsync(400);
  assert.equal(commands.length, 2);
  await world.clock.advanceAsync(2200);
  assert.equal(commands.length, 3);
  await ack(world, ['s1']);
  await world.clock.advanceAsync(30_000);
  assert.equal(commands.length, 3);
  assert.deepEqual(await reportOf(world, 's1'), {
    messageId: 's1',
    status: 'delivered',
    targets: 1,
    acked: 1,
    attempts: 3,
  });
  assert.equal(await dispatch.value('express_retried_total'), 2);
  assert.equal(await dispatch.value('express_acks_total', '{outcome="acked"}'), 1);
  await end(world, dispatch);
});

test('a second ack and an ack of nothing are told apart', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  await pushStored(world, stored(world));
  await ack(world, ['s1', 's1', 'nothing']);
  await ack(world, ['s1']);
  assert.equal(await dispatch.value('express_acks_total', '{outcome="acked"}'), 1);
  assert.equal(await dispatch.value('express_acks_total', '{outcome="repeated"}'), 1);
  assert.equal(await dispatch.value('express_acks_total', '{outcome="unknown"}'), 1);
  await end(world, dispatch);
});

test('a message to a device is acked by the device of a guest', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  await pushStored(world, stored(world, { target: { kind: 'device', deviceIds: [trustedId('d9')] } }));
  await ack(world, ['s1'], '', 'd9');
  assert.equal((await reportOf(world, 's1'))?.status, 'delivered');
  await end(world, dispatch);
});

test('who was away gets what is pending on the connection that has just come, without a look-up', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const commands = await watchNode(world.expressBus, 'access-2');
  await pushStored(world, stored(world));
  assert.equal(await dispatch.value('express_absent_total'), 1);
  const arrivals = [{ connectionId: 'c7', userId: '42', deviceId: 'd1' }];
  world.expressBus.publish({ kind: 'arrivals' }, ArrivalBatch.encode({ nodeId: 'access-2', arrivals }).finish());
  await world.clock.advanceAsync(0);
  await world.clock.advanceAsync(0);
  assert.deepEqual(
    commands.map((command) => [command.messageId, command.connectionIds]),
    [['s1', ['c7']]],
  );
  assert.equal(await dispatch.value('express_arrivals_total'), 1);
  await end(world, dispatch);
});

test('of two workers one sends each attempt, and what the killed one had is sent by the other', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1');
  const second = await startDispatch(world, 'dispatch-2');
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  await pushStored(world, stored(world));
  assert.equal(commands.length, 1);
  await first.app.stop();
  await world.clock.advanceAsync(1300);
  assert.equal(commands.length, 2);
  await end(world, second);
});

test('while logic is away no attempt is spent, and the message leaves as soon as it is back', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  world.logic.state.isAvailable = false;
  await pushStored(world, stored(world));
  await world.clock.advanceAsync(10_000);
  assert.equal(commands.length, 0);
  assert.equal(dispatch.health.isReady().ready, false);
  world.logic.state.isAvailable = true;
  await world.clock.advanceAsync(200);
  assert.equal(commands.length, 1);
  assert.equal((await reportOf(world, 's1'))?.attempts, 1);
  await end(world, dispatch);
});

test('what nobody acks ends with its ttl', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  await pushStored(world, stored(world, { ttlMs: 5000 }));
  await world.clock.advanceAsync(60_000);
  assert.equal(commands.length, 3);
  assert.equal((await reportOf(world, 's1'))?.status, 'expired');
  await world.clock.advanceAsync(1200);
  assert.equal(await dispatch.value('express_pending_deliveries'), 0);
  await end(world, dispatch);
});
