import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, fakeClock } from '@longwire/testkit';
import { playOwner } from '../test/fake-owner.ts';
import { received, resume, story, texts, told } from '../test/client-story.ts';
import { roomBatch, topicOf, withNode } from '../test/test-node.ts';

/** A client waits for its owner for as long as it may, however slow the machine is. */
const PATIENT = { env: { LONGWIRE_ACCESS_RESUME_WAIT: '10s' } };

test('what this node has not seen comes from the owner, and live messages go on behind it', () =>
  withNode(async (node) => {
    const owner = await playOwner(node.bulkBus, 'a');
    owner.texts.push('1', '2', '3');
    const client = await node.signIn({ roomId: 'a' });
    resume(client, 1);
    await told(client, ['0 true 1/3', '2', '3']);
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['4'], firstSeq: 4 }));
    await received(client, ['2', '3', '4']);
    assert.equal(await node.metric('longwire_access_resumes_total{outcome="owner"}'), 1);
  }));

test('while the owner is asked the client is left out: what comes meanwhile follows the reply, once', () =>
  withNode(async (node) => {
    const owner = await playOwner(node.bulkBus, 'a');
    owner.texts.push('1', '2', '3');
    const client = await node.signIn({ roomId: 'a' });
    const other = await node.signIn({ roomId: 'a', deviceId: 'd2' });
    const { promise, resolve } = Promise.withResolvers<void>();
    owner.wait = promise;
    resume(client, 0);
    await eventually(() => owner.asked.length > 0);
    owner.texts.push('4');
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['4'], firstSeq: 4 }));
    await received(other, ['4']);
    resume(client, 0, 1, 10);
    await eventually(() => client.replies.some((reply) => reply.kind === 'resumeReply' && reply.code === -409));
    resolve();
    await told(client, ['-409 false 0/0', '0 true 1/4', '1', '2', '3', '4']);
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['5'], firstSeq: 5 }));
    await received(client, ['1', '2', '3', '4', '5']);
  }, PATIENT));

test('a crowd that comes back asks the owner once, and is served from here from then on', () =>
  withNode(async (node) => {
    const owner = await playOwner(node.bulkBus, 'a');
    owner.texts.push(...Array.from({ length: 300 }, (_, index) => `m${index + 1}`));
    const clients = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        node.signIn({ roomId: 'a', userId: null, deviceId: `d${index}`, protover: 3 }),
      ),
    );
    const { promise, resolve } = Promise.withResolvers<void>();
    owner.wait = promise;
    for (const [index, client] of clients.entries()) resume(client, 100 + index);
    await eventually(async () => (await node.metric('longwire_access_frames_in_total{kind="resume"}')) === 50);
    resolve();
    for (const [index, client] of clients.entries()) {
      await received(client, owner.texts.slice(100 + index));
    }
    // The first question is for whoever came first, the second for all others.
    const answers = await node.metric('longwire_access_history_asks_total{outcome="answered"}');
    assert.ok(answers >= 1 && answers <= 2, `${answers} answers`);
  }, PATIENT));

test('a message that the node had missed reaches all its members once the owner has told of it, and its copy nobody', () =>
  withNode(async (node) => {
    const owner = await playOwner(node.bulkBus, 'a');
    const [one, two] = [await node.signIn({ roomId: 'a' }), await node.signIn({ roomId: 'a', deviceId: 'd2' })];
    owner.texts.push('1', '2', '3');
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['1'] }));
    await received(two, ['1']);
    resume(one, 2);
    await told(one, ['1', '0 true 1/3', '3']);
    await received(two, ['1', '2', '3']);
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['3'], firstSeq: 3 }));
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['4'], firstSeq: 4 }));
    await received(two, ['1', '2', '3', '4']);
    assert.equal(await node.metric('longwire_access_repaired_messages_total'), 2);
  }));

test('after the bus was cut off the owner is asked even by who seems to have seen all', () =>
  withNode(async (node) => {
    const owner = await playOwner(node.bulkBus, 'a');
    const client = await node.signIn({ roomId: 'a' });
    node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['1'] }));
    await received(client, ['1']);
    owner.texts.push('1', '2');
    node.bulkBus.setConnected(false);
    node.bulkBus.setConnected(true);
    resume(client, 1);
    await told(client, ['1', '0 true 1/2', '2']);
  }));

test('a position that is gone, from the future or of another epoch is answered honestly with where the room stands', () =>
  withNode(async (node) => {
    const owner = await playOwner(node.bulkBus, 'a');
    Object.assign(owner, { firstSeq: 5, epoch: 7 });
    owner.texts.push('5', '6');
    const client = await node.signIn({ roomId: 'a' });
    resume(client, 3, 7);
    await told(client, ['0 false 7/6']);
    resume(client, 2, 7);
    resume(client, 5, 6);
    await told(client, ['0 false 7/6', '0 false 7/6', '0 false 7/6']);
    assert.equal(owner.asked.length, 1, 'what is known to be gone is not asked for again');
    resume(client, 100, 7);
    await eventually(() => story(client).length === 4);
    resume(client, 1, 8);
    await told(
      client,
      Array.from({ length: 5 }, () => '0 false 7/6'),
    );
    resume(client, 4, 7);
    await told(client, [...Array.from({ length: 5 }, () => '0 false 7/6'), '0 true 7/6', '5', '6']);
  }));

test('an owner that does not answer in time means not recovered, and what came meanwhile still follows', () =>
  withNode(
    async (node) => {
      const owner = await playOwner(node.bulkBus, 'a');
      const client = await node.signIn({ roomId: 'a' });
      node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['8'], firstSeq: 8 }));
      await received(client, ['8']);
      owner.wait = new Promise(() => undefined);
      resume(client, 3);
      await eventually(() => owner.asked.length === 1);
      node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['9'], firstSeq: 9 }));
      await told(client, ['8', '0 false 1/8', '9']);
      assert.equal(await node.metric('longwire_access_resumes_total{outcome="late"}'), 1);
    },
    { env: { LONGWIRE_ACCESS_RESUME_WAIT: '100ms' } },
  ));

test('an owner that hangs is asked again, so that the one that takes over can answer', () =>
  withNode(async (node) => {
    const owner = await playOwner(node.bulkBus, 'a');
    owner.texts.push('1', '2', '3');
    owner.silentFor = 1;
    const client = await node.signIn({ roomId: 'a' });
    resume(client, 1);
    await told(client, ['0 true 1/3', '2', '3']);
    assert.equal(owner.asked.length, 2);
    assert.equal(await node.metric('longwire_access_history_asks_total{outcome="silent"}'), 1);
  }, PATIENT));

test('while the partition has no owner the question is asked again until there is one', () =>
  withNode(async (node) => {
    const client = await node.signIn({ roomId: 'a' });
    resume(client, 0);
    await eventually(async () => (await node.metric('longwire_access_history_asks_total{outcome="silent"}')) > 0);
    const owner = await playOwner(node.bulkBus, 'a');
    owner.texts.push('1');
    await told(client, ['0 true 1/1', '1']);
  }));

test('a client that leaves the room, or goes, while the owner is asked gets nothing of it', () =>
  withNode(async (node) => {
    const owner = await playOwner(node.bulkBus, 'a');
    owner.texts.push('1');
    const { promise, resolve } = Promise.withResolvers<void>();
    owner.wait = promise;
    const [leaver, goer] = [await node.signIn({ roomId: 'a' }), await node.signIn({ roomId: 'a', deviceId: 'd2' })];
    resume(leaver, 0);
    resume(goer, 0);
    await eventually(async () => (await node.metric('longwire_access_frames_in_total{kind="resume"}')) === 2);
    leaver.send({ kind: 'leave', seq: 3, roomId: 'a' });
    await leaver.reply('leaveReply');
    goer.cut();
    resolve();
    await told(leaver, ['-404 false 0/0']);
    assert.equal(await node.metric('longwire_access_connection_crashes_total'), 0);
  }, PATIENT));

test('a room that was left is kept for those who come back, and forgotten with its subscription', async () => {
  const clock = fakeClock(Date.now());
  await withNode(
    async (node) => {
      const nobodyIsLeft = () =>
        eventually(async () => (await node.metric('longwire_access_connections_count{transport="ws"}')) === 0);
      const first = await node.signIn({ roomId: 'a' });
      node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['1'] }));
      await received(first, ['1']);
      first.cut();
      await nobodyIsLeft();
      await clock.advanceAsync(1400);
      node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: ['2'], firstSeq: 2 }));
      const second = await node.signIn({ roomId: 'a' });
      resume(second, 1);
      await told(second, ['0 true 1/2', '2']);
      second.cut();
      await nobodyIsLeft();
      await clock.advanceAsync(1400);
      assert.equal(await node.metric('longwire_access_rooms_count'), 1);
      await clock.advanceAsync(1200);
      assert.equal(await node.metric('longwire_access_rooms_count'), 0);
      assert.equal(await node.metric('longwire_access_history_bytes'), 0);
    },
    { clock, env: { LONGWIRE_ACCESS_ROOM_LINGER: '1500ms' } },
  );
});

test('a client that lags too far behind is told to go on without, and nothing is written beyond its bound', () =>
  withNode(
    async (node) => {
      const slow = await node.signIn({ roomId: 'a', kind: 'tcp' });
      slow.line.pause();
      const sizeBytes = 60_000;
      for (let firstSeq = 1; firstSeq <= 200; firstSeq += 1) {
        node.bulkBus.publish(topicOf('a'), roomBatch({ roomId: 'a', texts: [`${firstSeq}`], firstSeq, sizeBytes }));
      }
      await eventually(async () => (await node.metric('longwire_access_shed_total{reason="outbox"}')) > 0);
      resume(slow, 186);
      await eventually(async () => (await node.metric('longwire_access_resumes_total{outcome="refused"}')) === 1);
      slow.line.resume();
      await eventually(() => story(slow).some((line) => line.startsWith('-429')));
      assert.notEqual(texts(slow).at(-1), '200');
      resume(slow, 190);
      const rest = Array.from({ length: 10 }, (_, index) => String(191 + index));
      await eventually(() => texts(slow).at(-1) === '200');
      assert.deepEqual(story(slow).slice(-11), ['0 true 1/200', ...rest]);
    },
    { env: { LONGWIRE_ACCESS_HISTORY_ROOM: '64MiB', LONGWIRE_ACCESS_OUTBOX_MAX_AGE: '1m' } },
  ));
