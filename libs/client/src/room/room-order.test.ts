import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderRig } from '../../test/order-rig.ts';
import { MAX_HELD_BYTES } from './room-order.ts';

test('the first message sets the place, copies are dropped', () => {
  const { order, take, shown } = orderRig();
  order.start();
  for (const seq of [8, 9, 9, 8, 10]) take(seq);
  assert.deepEqual(shown, ['1/8', '1/9', '1/10']);
});

test('a room that nothing was said in is asked where it stands, and resumed from there', () => {
  const { order, asked } = orderRig();
  order.start();
  order.answered({ recovered: false, epoch: 3, seq: 7 });
  order.cut();
  order.start();
  assert.deepEqual(asked, [
    { epoch: 0, seq: 0 },
    { epoch: 3, seq: 7 },
  ]);
});

test('a room whose place nobody knew before the reconnect: what was said in it may be missing, and that is told', () => {
  for (const firstIs of ['the answer', 'a message'] as const) {
    const { order, take, gaps } = orderRig();
    order.start();
    order.answered({ recovered: false, epoch: 0, seq: 0 });
    order.cut();
    order.start();
    if (firstIs === 'the answer') order.answered({ recovered: false, epoch: 1, seq: 2 });
    take(3);
    take(4);
    assert.deepEqual(gaps, [null], firstIs);
  }
});

test('what comes while it is asked for waits, and follows what was missed', () => {
  const { order, take, shown, gaps, asked } = orderRig();
  order.start();
  take(1);
  take(4);
  take(5);
  assert.deepEqual(asked.at(-1), { epoch: 1, seq: 1 });
  order.answered({ recovered: true, epoch: 1, seq: 5 });
  for (const seq of [2, 3, 4, 5, 6]) take(seq);
  assert.deepEqual(shown, ['1/1', '1/2', '1/3', '1/4', '1/5', '1/6']);
  assert.deepEqual(gaps, []);
});

test('a live message between the missed ones is put in its place', () => {
  const { order, take, shown } = orderRig();
  order.start();
  take(1);
  order.cut();
  order.start();
  order.answered({ recovered: true, epoch: 1, seq: 3 });
  for (const seq of [2, 4, 3]) take(seq);
  assert.deepEqual(shown, ['1/1', '1/2', '1/3', '1/4']);
});

test('a hole that asking did not fill is a gap, and asked for once', () => {
  const { order, take, shown, gaps, asked } = orderRig();
  order.start();
  take(1);
  take(3);
  order.answered({ recovered: true, epoch: 1, seq: 1 });
  assert.deepEqual([shown, gaps], [['1/1', '1/3'], [1]]);
  assert.equal(asked.length, 2);
});

test('missed ones that were granted and do not come are a gap after 5 s', () => {
  const { order, take, clock, shown, gaps } = orderRig();
  order.start();
  take(1);
  take(4);
  order.answered({ recovered: true, epoch: 1, seq: 4 });
  take(2);
  clock.advance(5_000);
  assert.deepEqual([shown, gaps], [['1/1', '1/2', '1/4'], [1]]);
});

test('an epoch that began anew: a gap of unknown size when history is gone, none when it follows', () => {
  const { order, take, shown, gaps } = orderRig();
  order.start();
  take(5);
  take(1, 2);
  assert.deepEqual([shown, gaps], [['1/5', '2/1'], []]);
  order.cut();
  order.start();
  order.answered({ recovered: false, epoch: 3, seq: 9 });
  assert.deepEqual(gaps, [null]);
  take(10, 3);
  take(11, 2);
  assert.deepEqual(shown, ['1/5', '2/1', '3/10']);
});

test('the middle of a new epoch is asked for from its beginning', () => {
  const { order, take, asked } = orderRig();
  order.start();
  take(5);
  take(3, 2);
  assert.deepEqual(asked.at(-1), { epoch: 2, seq: 0 });
});

test('a node that does not know where the room stands is no gap yet; the next message tells', () => {
  const { order, take, shown, gaps, asked } = orderRig();
  order.start();
  take(1);
  order.cut();
  order.start();
  order.answered({ recovered: false, epoch: 0, seq: 0 });
  assert.deepEqual(gaps, []);
  take(4);
  assert.deepEqual(asked.at(-1), { epoch: 1, seq: 1 });
  order.answered({ recovered: false, epoch: 1, seq: 4 });
  assert.deepEqual([shown, gaps], [['1/1', '1/4'], [2]]);
});

test('a refusal that passes is asked again each second, five times; then it is a gap', () => {
  const { order, take, clock, gaps, asked } = orderRig();
  order.start();
  take(1);
  take(3);
  for (let tries = 1; tries <= 5; tries += 1) {
    order.refused(true);
    clock.advance(1_000);
  }
  assert.equal(asked.length, 1 + 5);
  assert.deepEqual(gaps, [1]);
});

test('no answer within 10 s is a gap', () => {
  const { order, take, clock, gaps } = orderRig();
  order.start();
  take(1);
  take(4);
  clock.advance(10_000);
  assert.deepEqual(gaps, [2]);
});

test('without a connection nothing is a gap: it waits for the next one', () => {
  const made = orderRig();
  const { order, take, clock, gaps, shown } = made;
  order.start();
  take(1);
  made.isUp = false;
  order.cut();
  take(3);
  clock.advance(600_000);
  assert.deepEqual([gaps, shown], [[], ['1/1']]);
  made.isUp = true;
  order.start();
  order.answered({ recovered: true, epoch: 1, seq: 3 });
  take(2);
  assert.deepEqual(shown, ['1/1', '1/2', '1/3']);
});

test('what does not fit is not held: it is asked for again', () => {
  const { order, take, asked, shown } = orderRig();
  order.start();
  take(1);
  take(3, 1, MAX_HELD_BYTES);
  take(4, 1, 1);
  order.answered({ recovered: true, epoch: 1, seq: 3 });
  take(2);
  take(3);
  assert.deepEqual(shown, ['1/1', '1/2', '1/3']);
  take(5);
  assert.deepEqual(asked.at(-1), { epoch: 1, seq: 3 });
});

test('an application that does not keep up: dropped, and asked for when it has caught up', () => {
  const made = orderRig();
  const { order, take, shown, gaps } = made;
  order.start();
  take(1);
  made.accepts = false;
  for (const seq of [2, 3, 4]) take(seq);
  made.accepts = true;
  order.askAgain();
  order.answered({ recovered: true, epoch: 1, seq: 4 });
  for (const seq of [2, 3, 4]) take(seq);
  assert.deepEqual([shown, gaps], [['1/1', '1/2', '1/3', '1/4'], []]);
});
