import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { OnceQueue } from './once-queue.ts';

/** A queue in front of a logic that does not answer until it is told. */
function open(limits: { readonly maxMessages?: number; readonly maxBytes?: number }) {
  const answers: (() => void)[] = [];
  const queue = new OnceQueue({
    sender: { deliver: () => new Promise((resolve) => answers.push(resolve)) },
    clock: fakeClock(),
    limits: { maxMessages: 100, maxBytes: 1000, giveUpMs: 2000, ...limits },
    onFault: assert.ifError,
    onDropped: () => assert.fail('dropped'),
  });
  const offer = (sizeBytes: number): boolean => {
    const payload = new Uint8Array(sizeBytes);
    const message = { messageId: trustedId<never>('e1'), payload, lane: 'express', isAckWanted: false } as const;
    // One payload, however many it is for.
    const users = ['42', '43'].map((id) => ({ kind: 'user', id: trustedId<never>(id) }) as const);
    return queue.offer(users.map((addressee) => ({ message, addressee })));
  };
  const answerAll = async (): Promise<void> => {
    for (const answer of answers.splice(0)) answer();
    await queue.settled();
  };
  return { queue, offer, answerAll };
}

test('messages are taken up to their number, one more is refused, and taken once the others have left', async () => {
  const { queue, offer, answerAll } = open({ maxMessages: 2 });
  assert.deepEqual([offer(1), offer(1), offer(1)], [true, true, false]);
  assert.equal(queue.size, 2);
  await answerAll();
  assert.deepEqual([queue.size, offer(1)], [0, true]);
});

test('and up to their bytes: the last one fits, one byte more does not', async () => {
  const { queue, offer, answerAll } = open({ maxBytes: 1000 });
  assert.deepEqual([offer(600), offer(401), offer(400), offer(1)], [true, false, true, false]);
  assert.deepEqual([queue.size, queue.sizeBytes], [2, 1000]);
  await answerAll();
  assert.deepEqual([queue.sizeBytes, offer(1000)], [0, true]);
});
