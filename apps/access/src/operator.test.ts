import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import { Broadcast, ExpressFrame, NodeCommand, RoomBatch, TraceSpans } from '@longwire/protos/bus/v1';
import { eventually } from '@longwire/testkit';
import { broadcast, directDelivery, expressFrame, roomBatch, topicOf, withNode } from '../test/test-node.ts';
import type { TestNode } from '../test/test-node.ts';

const VIEWERS = 3;

/** What the node says of traced messages: `<message> <stage> <recipients>`. */
async function watchSpans(node: TestNode): Promise<string[]> {
  const told: string[] = [];
  await node.bulkBus.subscribe({ kind: 'trace' }, (payload) => {
    const { process, spans } = TraceSpans.decode(payload);
    assert.equal(process, 'access-1');
    for (const { messageId, stage, numbers } of spans) told.push(`${messageId} ${stage} ${numbers['recipients']}`);
  });
  return told;
}

const seatViewers = (node: TestNode) =>
  Promise.all(
    Array.from({ length: VIEWERS }, (_, index) =>
      node.signIn({ roomId: 'r', userId: `u${index}`, deviceId: `d${index}`, kind: index === 0 ? 'tcp' : 'ws' }),
    ),
  );

const delaysOf = (node: TestNode, lane: string): Promise<number> =>
  node.metric(`longwire_access_batch_delay_seconds_count{lane="${lane}"}`);
const outOf = async (node: TestNode, lane: string): Promise<readonly number[]> => [
  await node.metric(`longwire_access_frames_out_total{lane="${lane}"}`),
  await node.metric(`longwire_access_messages_out_total{lane="${lane}"}`),
];

test('a batch counts as its messages for each member; its time on the way is measured once; traced ones tell how many got it', () =>
  withNode(async (node) => {
    const told = await watchSpans(node);
    const viewers = await seatViewers(node);
    const batch = RoomBatch.decode(roomBatch({ roomId: 'r', texts: ['a', 'b', 'c', 'd'] }));
    const traced = { ...batch, trace: { messageIds: ['m-b', 'm-d'] } };
    node.bulkBus.publish(topicOf('r'), RoomBatch.encode(traced).finish());
    await eventually(() => viewers.every(({ messages }) => messages.length === 4));
    assert.deepEqual(await outOf(node, 'bulk'), [VIEWERS, 4 * VIEWERS]);
    assert.equal(await delaysOf(node, 'bulk'), 1);
    await eventually(() => told.length === 2);
    assert.deepEqual(told, [`m-b written ${VIEWERS}`, `m-d written ${VIEWERS}`]);
    // The next batch has none.
    node.bulkBus.publish(topicOf('r'), roomBatch({ roomId: 'r', texts: ['e'], firstSeq: 5 }));
    await eventually(() => viewers.every(({ messages }) => messages.length === 5));
    assert.equal(await delaysOf(node, 'bulk'), 2);
    assert.equal(told.length, 2);
  }));

test('an express message for many is measured and traced where it is written, not where it is dropped as a copy', () =>
  withNode(async (node) => {
    const told = await watchSpans(node);
    const viewers = await seatViewers(node);
    const mark = { isTraced: true, acceptedAtMs: Date.now() };
    const toRoom = ExpressFrame.encode({ ...ExpressFrame.decode(expressFrame('x', 'm1')), ...mark }).finish();
    const toAll = Broadcast.encode({ ...Broadcast.decode(broadcast('', 'y', 'm2')), ...mark }).finish();
    for (let copy = 0; copy < 2; copy += 1) {
      node.expressBus.publish(topicOf('r'), toRoom);
      node.expressBus.publish({ kind: 'broadcast' }, toAll);
    }
    await eventually(() => viewers.every(({ messages }) => messages.length === 2));
    await eventually(() => told.length === 2);
    assert.deepEqual(told, [`m1 written ${VIEWERS}`, `m2 written ${VIEWERS}`]);
    assert.equal(await delaysOf(node, 'express'), 2);
    assert.deepEqual(await outOf(node, 'express'), [2 * VIEWERS, 2 * VIEWERS]);
  }));

test('a message that is sent again is written and traced, and its age is no time on the way', () =>
  withNode(async (node) => {
    const told = await watchSpans(node);
    const [viewer] = await seatViewers(node);
    const connectionId = await eventually(() => {
      const opened = node.logic.changes.find(({ session }) => session.deviceId === 'd0');
      assert.ok(opened !== undefined);
      return opened.session.connectionId;
    });
    const { command } = NodeCommand.decode(directDelivery('express', [connectionId], 'x', 'm1'));
    assert.ok(command?.$case === 'direct');
    const again = { ...command, value: { ...command.value, isTraced: true } };
    node.expressBus.publish(
      { kind: 'node', nodeId: trustedId('access-1') },
      NodeCommand.encode({ command: again }).finish(),
    );
    await eventually(() => viewer?.messages.length === 1);
    await eventually(() => told.length === 1);
    assert.deepEqual(told, ['m1 written 1']);
    assert.equal(await delaysOf(node, 'express'), 0);
  }));
