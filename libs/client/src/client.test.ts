import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeReconnectHint } from '@longwire/wire';
import { startClient, stopClient } from '../test/test-client.ts';
import { push, withClient } from '../test/with-client.ts';

test('is live after auth, joins its rooms and hands on what is said there', () =>
  withClient(async ({ client, cluster, said, events, pass }) => {
    assert.deepEqual(client.state, { kind: 'live', nodeId: 'a' });
    assert.deepEqual(cluster.line.kinds(), ['auth', 'heartbeat', 'join', 'resume']);
    push(cluster, 1, 2, 3);
    await pass();
    assert.deepEqual(said, [1, 2, 3]);
    assert.deepEqual(
      events.state.map(({ kind }) => kind),
      ['connecting', 'live'],
    );
    assert.deepEqual(events.online[0], { roomId: 'r', online: 7 });
  }));

test('after a cut line it comes back and gets what it missed, in order and once', () =>
  withClient(async ({ cluster, said, events, pass }) => {
    push(cluster, 1, 2);
    cluster.line.end();
    push(cluster, 3, 4);
    await pass(1_000);
    push(cluster, 5);
    await pass();
    assert.deepEqual(said, [1, 2, 3, 4, 5]);
    assert.deepEqual(events.gap, []);
    assert.equal(events.state.filter(({ kind }) => kind === 'reconnecting').length, 1);
  }));

test('what was pushed before the first message came is not lost either', () =>
  withClient(async ({ cluster, said, events, pass }) => {
    cluster.line.end();
    push(cluster, 1);
    await pass(1_000);
    assert.deepEqual(said, [1]);
    assert.deepEqual(events.gap, []);
  }));

test('a hole in a room is asked for at once', () =>
  withClient(async ({ cluster, said, events, pass }) => {
    cluster.dropsLive = (_line, seq) => seq === 2;
    push(cluster, 1, 2, 3);
    await pass();
    assert.deepEqual(said, [1, 2, 3]);
    assert.deepEqual(events.gap, []);
  }));

test('a gap is told only when history is gone, with how many are missing', () =>
  withClient(async ({ cluster, said, events, pass }) => {
    push(cluster, 1);
    cluster.line.end();
    push(cluster, 2, 3);
    cluster.resumeAnswers = 'none';
    await pass(1_000);
    push(cluster, 4);
    await pass();
    assert.deepEqual(said, [1, 4]);
    assert.deepEqual(events.gap, [{ roomId: 'r', missed: 2 }]);
  }));

test('nothing missed is no gap, even when nothing can be recovered', () =>
  withClient(async ({ cluster, events, said, pass }) => {
    push(cluster, 1);
    cluster.resumeAnswers = 'none';
    cluster.line.end();
    await pass(1_000);
    push(cluster, 2);
    await pass();
    assert.deepEqual([said, events.gap], [[1, 2], []]);
  }));

test('a server that does not answer op 22 costs a gap, not the room', () =>
  withClient(async ({ cluster, said, events, pass }) => {
    push(cluster, 1);
    cluster.resumeAnswers = 'silence';
    cluster.dropsLive = (_line, seq) => seq === 2;
    push(cluster, 2, 3);
    await pass(10_000);
    push(cluster, 4);
    await pass();
    assert.deepEqual(said, [1, 3, 4]);
    assert.deepEqual(events.gap, [{ roomId: 'r', missed: 1 }]);
  }));

test('an express message is handed on once and acked after the handler took it', () =>
  withClient(async ({ client, cluster, pass }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const invites: string[] = [];
    client.on('INVITE', async ({ payload, lane }) => {
      invites.push(`${lane} ${payload.from}`);
      await promise;
    });
    cluster.pushExpress('m-1', { from: '77' });
    await pass(1_000);
    cluster.sendExpress('m-1');
    await pass(1_000);
    assert.deepEqual([invites, cluster.acked], [['express 77'], []]);
    resolve();
    await pass(100);
    assert.deepEqual(cluster.acked, ['m-1']);
  }));

test('a copy on the next connection is acked again and not handed on again', () =>
  withClient(async ({ client, cluster, pass }) => {
    let count = 0;
    client.on('INVITE', () => void (count += 1));
    cluster.pushExpress('m-1', {});
    await pass(100);
    cluster.line.end();
    cluster.pushExpress('m-1', {});
    await pass(2_000);
    assert.equal(count, 1);
    assert.deepEqual(cluster.acked, ['m-1', 'm-1']);
  }));

test('a handler that fails gets the message again, one that took it does not', () =>
  withClient(async ({ client, cluster, events, pass }) => {
    const calls: string[] = [];
    client.on('INVITE', () => void calls.push('good'));
    client.on('INVITE', () => {
      calls.push('bad');
      if (calls.length < 3) throw new Error('not now');
    });
    cluster.pushExpress('m-1', {});
    await pass(100);
    assert.deepEqual(cluster.acked, []);
    cluster.sendExpress('m-1');
    await pass(100);
    assert.deepEqual(calls, ['good', 'bad', 'bad']);
    assert.deepEqual(cluster.acked, ['m-1']);
    assert.equal(events.fault[0]?.kind, 'handler');
  }));

test('an ack that found no connection goes with the next', () =>
  withClient(async ({ client, cluster, pass }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    client.on('INVITE', () => promise);
    cluster.pushExpress('m-1', {});
    await pass();
    cluster.unacked.clear();
    cluster.line.end();
    resolve();
    await pass(2_000);
    assert.deepEqual(cluster.acked, ['m-1']);
  }));

test('a slow handler holds back only so much: the rest is dropped and asked for when it has caught up', () =>
  withClient(async ({ client, cluster, events, pass }) => {
    const got: number[] = [];
    const gates: (() => void)[] = [];
    client.on('SAY', ({ payload }) => {
      got.push(payload.n);
      return new Promise<void>((resolve) => gates.push(resolve));
    });
    const padding = 'x'.repeat(60_000);
    for (let n = 1; n <= 40; n += 1) cluster.pushToRoom('r', { n, padding });
    await pass();
    const resumesBefore = cluster.line.kinds().filter((kind) => kind === 'resume').length;
    for (let round = 0; round < 60; round += 1) {
      gates.shift()?.();
      await pass();
    }
    assert.deepEqual(
      got,
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    assert.ok(cluster.line.kinds().filter((kind) => kind === 'resume').length > resumesBefore);
    assert.deepEqual(events.gap, []);
  }));

test('express overtakes a slow room', () =>
  withClient(async ({ client, cluster, pass }) => {
    client.on('SAY', () => new Promise<void>(() => undefined));
    let invites = 0;
    client.on('INVITE', () => void (invites += 1));
    push(cluster, 1, 2, 3);
    cluster.pushExpress('m-1', {});
    await pass(100);
    assert.equal(invites, 1);
  }));

test('asynchronous decompression keeps the order', () =>
  withClient(async ({ cluster, said, pass }) => {
    cluster.isCompressed = true;
    push(cluster, 1, 2, 3, 4, 5);
    while (said.length < 5) await pass();
    assert.deepEqual(said, [1, 2, 3, 4, 5]);
  }));

test('a hint opens the new connection first and closes the old one when the rooms are joined', () =>
  withClient(async ({ client, cluster, said, events, pass }) => {
    push(cluster, 1);
    const old = cluster.line;
    const node = { nodeId: 'b', region: 'r', ws: 'b', tcp: '' };
    old.receive(encodeReconnectHint({ reason: 'drain', afterMs: 1_500, nodes: [node] }));
    await pass(1_499);
    assert.deepEqual(cluster.dials, ['a']);
    push(cluster, 2);
    await pass(1);
    await pass();
    assert.deepEqual(cluster.dials, ['a', 'b']);
    assert.ok(old.isClosed);
    assert.deepEqual(client.state, { kind: 'live', nodeId: 'b' });
    push(cluster, 3);
    await pass();
    assert.deepEqual(said, [1, 2, 3]);
    assert.deepEqual(events.gap, []);
    assert.ok(!events.state.some(({ kind }) => kind === 'reconnecting'));
  }));

test('a hint that cannot be followed is tried again, after twice as long each time', () =>
  withClient(async ({ client, cluster, said, events, pass }) => {
    const node = { nodeId: 'b', region: 'r', ws: 'b', tcp: '' };
    cluster.manners.set('b', 'refuses');
    cluster.line.receive(encodeReconnectHint({ reason: 'drain', afterMs: 500, nodes: [node] }));
    await pass(500);
    for (const waitMs of [1_000, 2_000]) {
      const tries = cluster.dials.length;
      assert.deepEqual(client.state, { kind: 'live', nodeId: 'a' });
      await pass(waitMs - 1);
      assert.equal(cluster.dials.length, tries);
      if (waitMs === 2_000) cluster.manners.delete('b');
      await pass(1);
      assert.equal(cluster.dials.length, tries + 1);
    }
    await pass();
    assert.deepEqual(client.state, { kind: 'live', nodeId: 'b' });
    push(cluster, 1);
    await pass();
    assert.deepEqual(said, [1]);
    assert.ok(!events.state.some(({ kind }) => kind === 'reconnecting'));
  }));

test('a hint without nodes asks the backend', () =>
  withClient(async ({ cluster, pass }) => {
    cluster.line.receive(encodeReconnectHint({ reason: 'drain', afterMs: 0, nodes: [] }));
    await pass(10);
    await pass();
    assert.deepEqual(cluster.dials, ['a', 'b']);
  }));

test('a send is answered, and is sent again with its id when the connection went before the answer', () =>
  withClient(async ({ client, cluster, pass }) => {
    assert.deepEqual((await client.send({ hello: 1 })).ok, true);
    cluster.line.end();
    const outcome = client.send({ hello: 2 });
    await pass(2_000);
    assert.equal((await outcome).ok, true);
    assert.deepEqual(
      cluster.uplinks.map(({ data }) => data),
      [{ hello: 1 }, { hello: 2 }],
    );
  }));

test('a send that is refused for now is tried again with the same id, one refused for good is not', () =>
  withClient(async ({ client, cluster, pass }) => {
    cluster.refuseSends = [-503, 0, -403];
    const first = client.send({ n: 1 });
    await pass(1_000);
    assert.equal((await first).ok, true);
    assert.equal(new Set(cluster.uplinks.map(({ id }) => id)).size, 1);
    const second = await client.send({ n: 2 });
    assert.deepEqual(!second.ok && second.why, 'refused');
  }));

test('a send ends by its signal, its time, its size', () =>
  withClient(async ({ client, cluster, pass }) => {
    cluster.line.isDead = true;
    const abort = new AbortController();
    const aborted = client.send({}, { signal: abort.signal });
    const late = client.send({}, { timeoutMs: 100 });
    const large = await client.send({ text: 'x'.repeat(5_000) });
    abort.abort();
    await pass(100);
    const whys = [await aborted, await late, large].map((outcome) => !outcome.ok && outcome.why);
    assert.deepEqual(whys, ['aborted', 'timeout', 'too-large']);
  }));

test('joins and leaves rooms, and is in the right ones after a reconnect', () =>
  withClient(async ({ client, cluster, pass }) => {
    assert.deepEqual(await client.join('s'), { ok: true, online: 7 });
    client.leave('r');
    cluster.line.end();
    await pass(2_000);
    assert.deepEqual([...cluster.line.rooms], ['s']);
    assert.deepEqual(client.rooms, ['s']);
    assert.throws(() => client.join('no id!'), TypeError);
  }));

test('for await takes message by message, acks when the loop goes on, and ends with the client', async () => {
  const started = await startClient();
  const { client, cluster, pass } = started;
  const seen: string[] = [];
  const loop = (async () => {
    for await (const { payload } of client.messages('INVITE')) seen.push(payload.from);
  })();
  await pass();
  cluster.pushExpress('m-1', { from: 'x' });
  cluster.pushExpress('m-2', { from: 'y' });
  await pass(100);
  await pass(100);
  assert.deepEqual(cluster.acked, ['m-1', 'm-2']);
  await stopClient(started);
  await loop;
  assert.deepEqual(seen, ['x', 'y']);
});

test('a loop that is busy has not taken its message', () =>
  withClient(async ({ client, cluster, pass }) => {
    const iterator = client.messages('INVITE');
    const first = iterator.next();
    cluster.pushExpress('m-1', { from: 'x' });
    assert.equal((await first).done, false);
    await pass(1_000);
    assert.deepEqual(cluster.acked, []);
    await iterator.return?.();
    await pass(1_000);
    assert.deepEqual(cluster.acked, ['m-1']);
  }));
