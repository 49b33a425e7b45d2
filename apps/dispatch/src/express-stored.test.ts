import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import { ack, arrive, pushStored, settleAll, statusOf, stored } from '../test/express-world.ts';
import { cutOff, messageId, objectsOf, openWorld, PAYLOAD, startDispatch, watchNode } from '../test/harness.ts';
import type { World } from '../test/harness.ts';

async function end(world: World, ...apps: readonly { readonly app: { stop(): Promise<void> } }[]): Promise<void> {
  for (const { app } of apps) await app.stop();
  world.log.close();
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
  assert.equal(await statusOf(world, 's1'), 'delivered 1/1 #3');
  assert.equal(await dispatch.value('express_retried_total'), 2);
  assert.equal(await dispatch.value('express_acks_total', '{outcome="acked"}'), 1);
  await end(world, dispatch);
});

test('a second ack, an ack of nothing and one of somebody else are told apart and change nothing', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  await pushStored(world, stored(world));
  await ack(world, ['s1'], '43', 'd9');
  assert.equal(await statusOf(world, 's1'), 'pending 0/1 #0');
  await ack(world, ['s1', 's1', 'nothing']);
  await ack(world, ['s1']);
  assert.equal(await dispatch.value('express_acks_total', '{outcome="acked"}'), 1);
  assert.equal(await dispatch.value('express_acks_total', '{outcome="repeated"}'), 1);
  assert.equal(await dispatch.value('express_acks_total', '{outcome="unknown"}'), 2);
  assert.equal(await statusOf(world, 's1'), 'delivered 1/1 #0');
  await end(world, dispatch);
});

test('a message to a device is acked by the device of a guest, and is then over', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  await pushStored(world, stored(world, { target: { kind: 'device', deviceIds: [trustedId('d9')] } }));
  assert.equal(await dispatch.value('express_messages'), 1);
  await ack(world, ['s1'], '', 'd9');
  assert.equal(await statusOf(world, 's1'), 'delivered 1/1 #0');
  assert.equal(await dispatch.value('express_messages'), 0);
  assert.equal((await world.log.reports.get(messageId('s1')))?.status, 'delivered');
  await end(world, dispatch);
});

test('who was away gets what is pending on the connection that has just come, without a look-up', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const commands = await watchNode(world.expressBus, 'access-2');
  await pushStored(world, stored(world));
  assert.equal(await dispatch.value('express_absent_total'), 1);
  world.logic.calls.length = 0;
  await arrive(world, 'c7');
  assert.deepEqual(
    commands.map((command) => [command.messageId, command.connectionIds]),
    [['s1', ['c7']]],
  );
  assert.deepEqual(world.logic.calls, []);
  assert.equal(await dispatch.value('express_arrivals_total'), 1);
  await end(world, dispatch);
});

test('every device of a user gets it: also after the first has acked, also one that comes later, until each has acked', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  world.logic.connect('c2', 'access-2', '42', 'd2');
  const first = await watchNode(world.expressBus, 'access-1');
  const second = await watchNode(world.expressBus, 'access-2');
  await pushStored(world, stored(world));
  await ack(world, ['s1']);
  assert.equal(await statusOf(world, 's1'), 'delivered 1/1 #1');
  await world.clock.advanceAsync(3500);
  assert.equal(first.length, 1);
  assert.equal(second.length, 3);
  await ack(world, ['s1'], '42', 'd2');
  await world.clock.advanceAsync(20_000);
  assert.equal(second.length, 3);
  await arrive(world, 'c3', { deviceId: 'd3' });
  await arrive(world, 'c4', { deviceId: 'd1' });
  assert.deepEqual(
    second.slice(3).flatMap((command) => command.connectionIds),
    ['c3'],
  );
  await ack(world, ['s1'], '42', 'd3');
  await world.clock.advanceAsync(60_000);
  assert.equal(second.length, 4);
  assert.equal(await dispatch.value('express_acks_total', '{outcome="repeated"}'), 2);
  await end(world, dispatch);
});

test('two sites both send each attempt; when one dies the other goes on by the same plan', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1', { site: 'a' });
  const second = await startDispatch(world, 'dispatch-2', { site: 'b' });
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  await pushStored(world, stored(world));
  assert.equal(commands.length, 2);
  await first.app.stop();
  await world.clock.advanceAsync(1300);
  assert.equal(commands.length, 3);
  await ack(world, ['s1']);
  await world.clock.advanceAsync(10_000);
  assert.equal(commands.length, 3);
  await end(world, second);
});

test('two processes of one site share the messages; when one is gone the other acts for all, also when it does not know', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1');
  const second = await startDispatch(world, 'dispatch-2');
  await world.clock.advanceAsync(1000);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  const ids = Array.from({ length: 40 }, (_, index) => `s${index}`);
  for (const id of ids) await pushStored(world, stored(world, { messageId: messageId(id) }));
  assert.equal(commands.length, 40);
  const sent = [
    await first.value('express_sent_total', '{lane="express"}'),
    await second.value('express_sent_total', '{lane="express"}'),
  ];
  assert.ok(
    sent.every((count) => count > 5),
    sent.join(' and '),
  );
  cutOff(first);
  await ack(world, ids);
  // Cut off as it is, it may not end in order.
  await first.app.stop().catch(() => undefined);
  await world.clock.advanceAsync(3000);
  await pushStored(world, stored(world, { messageId: messageId('alone') }));
  assert.equal(commands.length, 41);
  await end(world, second);
});

test('while the lease store is away nobody stops: copies rather than a loss', async () => {
  const world = openWorld();
  const processes = [await startDispatch(world, 'dispatch-1'), await startDispatch(world, 'dispatch-2')];
  await world.clock.advanceAsync(1000);
  for (const { line } of processes) line.isStoreGone = true;
  await world.clock.advanceAsync(3000);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  await pushStored(world, stored(world));
  assert.equal(commands.length, 2);
  await end(world, ...processes);
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
  assert.equal(await statusOf(world, 's1'), 'pending 0/1 #1');
  await end(world, dispatch);
});

test('what nobody acks ends with its ttl, is written down, and the log is trimmed', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  await pushStored(world, stored(world, { ttlMs: 5000 }));
  await world.clock.advanceAsync(10_000);
  assert.equal(commands.length, 3);
  assert.deepEqual(await world.log.reports.get(messageId('s1')), {
    messageId: 's1',
    status: 'expired',
    targets: 1,
    acked: 0,
    attempts: 3,
  });
  assert.equal(await statusOf(world, 's1'), undefined);
  assert.equal(await dispatch.value('express_pending_deliveries'), 0);
  assert.equal(await dispatch.value('express_expired_total'), 1);
  let left = 0;
  world.log.follow({ onMessage: () => (left += 1), onAcks: () => undefined, onCaughtUp: () => undefined });
  await settleAll(world);
  assert.equal(left, 0);
  await end(world, dispatch);
});

test('a message whose ttl was over before it was read is not sent, and is reported as expired', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  world.logic.connect('c1', 'access-1', '42', 'd1');
  const commands = await watchNode(world.expressBus, 'access-1');
  await pushStored(world, stored(world, { acceptedAtMs: world.clock.now() - 5000, ttlMs: 5000 }));
  await world.clock.advanceAsync(400);
  assert.equal(commands.length, 0);
  assert.equal((await world.log.reports.get(messageId('s1')))?.status, 'expired');
  await end(world, dispatch);
});

test('a worker that starts anew reads what is open and who has acked, and sends to the others', async () => {
  const world = openWorld();
  const before = await startDispatch(world, 'dispatch-1');
  world.logic.connect('c1', 'access-1', '42', 'd1');
  world.logic.connect('c2', 'access-1', '43', 'd2');
  const target = { kind: 'user', userIds: [trustedId<never>('42'), trustedId<never>('43')] } as const;
  const commands = await watchNode(world.expressBus, 'access-1');
  await pushStored(world, stored(world, { target }));
  await ack(world, ['s1']);
  await before.app.stop();
  commands.length = 0;
  const after = await startDispatch(world, 'dispatch-1');
  await settleAll(world);
  assert.deepEqual(
    commands.map((command) => command.connectionIds),
    [['c2']],
  );
  assert.equal(await statusOf(world, 's1'), 'pending 1/2 #1');
  await end(world, after);
});

test('many messages of one who comes back are sent in portions, all of them', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  const commands = await watchNode(world.expressBus, 'access-2');
  const payload = Buffer.from(JSON.stringify({ cmd: 'PK_INVITE', pad: 'x'.repeat(60_000) }));
  for (let index = 0; index < 12; index += 1) {
    await pushStored(world, stored(world, { messageId: messageId(`s${index}`), payload }));
  }
  world.logic.connect('c7', 'access-2', '42', 'd1');
  await arrive(world, 'c7');
  assert.ok(commands.length >= 2 && commands.length <= 4, `${commands.length} at once`);
  await world.clock.advanceAsync(2000);
  assert.equal(new Set(commands.map((command) => command.messageId)).size, 12);
  await end(world, dispatch);
});
