import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transport } from '../transport/transport.ts';
import { Outbox } from './outbox.ts';

const MARKS = { bulkMarkBytes: 100, boundBytes: 200, maxAgeMs: 5000 };

/** A line that takes `room` bytes and then pushes back until it is drained. */
function lineOf(room: number) {
  const written: string[] = [];
  let bufferedBytes = 0;
  const transport: Transport = {
    kind: 'tcp',
    isMessageFramed: false,
    remoteAddress: '',
    get bufferedBytes() {
      return bufferedBytes;
    },
    write(bytes) {
      written.push(String.fromCharCode(bytes[0] ?? 0));
      bufferedBytes += bytes.length;
      return bufferedBytes < room;
    },
    close: () => undefined,
    destroy: () => undefined,
    attach: () => undefined,
  };
  return { transport, written, drain: () => void (bufferedBytes = 0) };
}

function bytesOf(name: string, sizeBytes: number): Uint8Array {
  return new Uint8Array(sizeBytes).fill(name.charCodeAt(0));
}

test('bytes go straight to a line that takes them', () => {
  const { transport, written } = lineOf(1000);
  const outbox = new Outbox(transport, MARKS);
  assert.equal(outbox.offerBulk(bytesOf('a', 10)), 'written');
  assert.equal(outbox.offerExpress(bytesOf('b', 10)), 'written');
  assert.deepEqual(written, ['a', 'b']);
});

test('express goes out before bulk that was queued earlier, each in its own order', () => {
  const { transport, written, drain } = lineOf(10);
  const outbox = new Outbox(transport, MARKS);
  outbox.offerBulk(bytesOf('0', 10));
  assert.equal(outbox.offerBulk(bytesOf('a', 5)), 'queued');
  assert.equal(outbox.offerBulk(bytesOf('b', 5)), 'queued');
  assert.equal(outbox.offerExpress(bytesOf('x', 1)), 'queued');
  assert.equal(outbox.offerExpress(bytesOf('y', 1)), 'queued');
  while (written.length < 5) {
    drain();
    outbox.onDrain();
  }
  assert.deepEqual(written, ['0', 'x', 'y', 'a', 'b']);
});

test('above the mark bulk is shed and express still queued, up to the bound', () => {
  const { transport } = lineOf(10);
  const outbox = new Outbox(transport, MARKS);
  outbox.offerBulk(bytesOf('0', 60));
  assert.equal(outbox.offerBulk(bytesOf('a', 60)), 'queued');
  assert.equal(outbox.offerBulk(bytesOf('b', 1)), 'shed');
  assert.equal(outbox.offerExpress(bytesOf('x', 80)), 'queued');
  assert.equal(outbox.offerExpress(bytesOf('y', 1)), 'full');
  assert.equal(outbox.pendingBytes, 200);
});

test('it is overdue when it stays above the mark for the whole age, not when it dips below in between', () => {
  const { transport, drain } = lineOf(10);
  const outbox = new Outbox(transport, MARKS);
  outbox.offerBulk(bytesOf('0', 150));
  assert.equal(outbox.isOverdue(1000), false);
  assert.equal(outbox.isOverdue(5999), false);
  drain();
  outbox.onDrain();
  outbox.offerBulk(bytesOf('1', 150));
  assert.equal(outbox.isOverdue(6000), false);
  assert.equal(outbox.isOverdue(10_999), false);
  assert.equal(outbox.isOverdue(11_000), true);
});

test('a line that is stuck below the mark is never overdue: heartbeats decide about it', () => {
  const { transport } = lineOf(10);
  const outbox = new Outbox(transport, MARKS);
  outbox.offerBulk(bytesOf('0', 50));
  assert.equal(outbox.isOverdue(1), false);
  assert.equal(outbox.isOverdue(1_000_000), false);
});

test('finishing sends what waits and the last words, without bulk for a slow consumer', () => {
  for (const withBulk of [true, false]) {
    const { transport, written } = lineOf(1);
    const outbox = new Outbox(transport, MARKS);
    outbox.offerBulk(bytesOf('0', 1));
    outbox.offerBulk(bytesOf('a', 1));
    outbox.offerExpress(bytesOf('x', 1));
    outbox.finish(bytesOf('!', 1), withBulk);
    assert.deepEqual(written, withBulk ? ['0', 'x', 'a', '!'] : ['0', 'x', '!']);
  }
});

test('what is added in order goes behind the bulk that waits and is not shed; place is told at the bound', () => {
  const { transport, written, drain } = lineOf(10);
  const outbox = new Outbox(transport, MARKS);
  outbox.offerBulk(bytesOf('x', 10));
  outbox.offerBulk(bytesOf('b', 100));
  assert.equal(outbox.offerBulk(bytesOf('s', 1)), 'shed');
  assert.deepEqual([outbox.hasPlaceFor(90), outbox.hasPlaceFor(91)], [true, false]);
  outbox.addInOrder(bytesOf('r', 90));
  drain();
  outbox.onDrain();
  drain();
  outbox.onDrain();
  assert.deepEqual(written, ['x', 'b', 'r']);
  assert.deepEqual([outbox.couldHold(150), outbox.couldHold(151)], [true, false]);
});
