import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, fakeClock } from '@longwire/testkit';
import type { FakeClock } from '@longwire/testkit';
import { withNode } from '../test/test-node.ts';
import type { TestNode, TestNodeOptions } from '../test/test-node.ts';
import type { WireClient } from '../test/wire-client.ts';

/** Runs `body` against a node whose logic never answers: what needs a room waits until the clock has moved by a second. */
function withStuckLogic(body: (node: TestNode, clock: FakeClock) => Promise<void>): Promise<void> {
  const clock = fakeClock(Date.now());
  const prepare: TestNodeOptions['prepare'] = ({ logic }) => {
    logic.areLookupsStuck = true;
  };
  return withNode((node) => body(node, clock), { clock, prepare });
}

function repliesOf(client: WireClient, kind: string): number {
  return client.replies.filter((reply) => reply.kind === kind).length;
}

test('while the answer to op 7 waits 32 frames are kept for after it; one more closes with 4013', () =>
  withStuckLogic(async (node, clock) => {
    const [patient, eager] = [await node.connect('tcp'), await node.connect('tcp')];
    for (const [client, frames] of [[patient, 32] as const, [eager, 33] as const]) {
      client.send({ kind: 'auth', seq: 1, token: await node.mint(), roomId: 'a' });
      for (let seq = 2; seq < 2 + frames; seq += 1) client.send({ kind: 'heartbeat', seq });
    }
    assert.equal((await eager.reply('closeNotice')).code, 4013);
    await eventually(async () => (await node.metric('longwire_access_frames_in_total{kind="auth"}')) === 2);
    assert.equal(repliesOf(patient, 'authReply'), 0);
    await clock.advanceAsync(1000);
    await eventually(() => repliesOf(patient, 'heartbeatReply') === 32);
    assert.equal(patient.replies[0]?.kind, 'authReply');
  }));

test('16 requests of a connection may wait for their answer; one more is refused with -429 and stays open', () =>
  withStuckLogic(async (node, clock) => {
    const client = await node.signIn({ kind: 'tcp' });
    for (let seq = 2; seq < 18; seq += 1) client.send({ kind: 'join', seq, roomId: 'a' });
    client.send({ kind: 'heartbeat', seq: 99 });
    await client.reply('heartbeatReply');
    assert.equal(repliesOf(client, 'joinReply'), 0);
    client.send({ kind: 'join', seq: 18, roomId: 'a' });
    const refused = await client.reply('joinReply');
    assert.deepEqual([refused.code, refused.seq], [-429, 18]);
    await clock.advanceAsync(1000);
    await eventually(() => repliesOf(client, 'joinReply') === 17);
  }));

test('as many frames as a second may have are answered; one more closes with 4013', async () => {
  const clock = fakeClock(Date.now());
  await withNode(
    async (node) => {
      const client = await node.signIn({ kind: 'tcp' });
      await clock.advanceAsync(1000);
      for (let seq = 1; seq <= 10; seq += 1) client.send({ kind: 'heartbeat', seq });
      await eventually(() => repliesOf(client, 'heartbeatReply') === 10);
      client.send({ kind: 'heartbeat', seq: 11 });
      assert.equal((await client.reply('closeNotice')).code, 4013);
      assert.equal(repliesOf(client, 'heartbeatReply'), 10);
    },
    { clock, env: { LONGWIRE_ACCESS_MAX_FRAMES_PER_SEC: '10' } },
  );
});
