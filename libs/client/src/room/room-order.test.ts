import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fakeClock } from '@longwire/testkit';
import type { FakeClock } from '@longwire/testkit';
import type { Position } from '../message.ts';
import { MAX_HELD_BYTES, RoomOrder } from './room-order.ts';
import type { Placed } from './position.ts';

interface Rig {
  readonly order: RoomOrder<Placed>;
  readonly clock: FakeClock;
  readonly shown: string[];
  readonly gaps: (number | null)[];
  readonly asked: Position[];
  accepts: boolean;
  isUp: boolean;
  readonly take: (seq: number, epoch?: number, sizeBytes?: number) => void;
}

function rig(): Rig {
  const clock = fakeClock();
  const made = { clock, shown: [], gaps: [], asked: [], accepts: true, isUp: true } as unknown as Rig;
  const order = new RoomOrder<Placed>({
    clock,
    deliver: ({ epoch, seq }) => {
      if (made.accepts) made.shown.push(`${epoch}/${seq}`);
      return made.accepts;
    },
    ask: (position) => {
      if (made.isUp) made.asked.push(position);
      return made.isUp;
    },
    onGap: (missed) => made.gaps.push(missed),
  });
  const take: Rig['take'] = (seq, epoch = 1, sizeBytes = 10) => order.take({ epoch, seq, sizeBytes });
  return Object.assign(made, { order, take });
}

test('the first message sets the place, copies are dropped', () => {
  const { order, take, shown } = rig();
  order.start();
  for (const seq of [8, 9, 9, 8, 10]) take(seq);
  assert.deepEqual(shown, ['1/8', '1/9', '1/10']);
});

test('a room that nothing was said in is asked where it stands, and resumed from there', () => {
  const { order, asked } = rig();
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
    const { order, take, gaps } = rig();
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
  const { order, take, shown, gaps, asked } = rig();
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
  const { order, take, shown } = rig();
  order.start();
  take(1);
  order.cut();
  order.start();
  order.answered({ recovered: true, epoch: 1, seq: 3 });
  for (const seq of [2, 4, 3]) take(seq);
  assert.deepEqual(shown, ['1/1', '1/2', '1/3', '1/4']);
});

test('a hole that asking did not fill is a gap, and asked for once', () => {
  const { order, take, shown, gaps, asked } = rig();
  order.start();
  take(1);
  take(3);
  order.answered({ recovered: true, epoch: 1, seq: 1 });
  assert.deepEqual([shown, gaps], [['1/1', '1/3'], [1]]);
  assert.equal(asked.length, 2);
});

test('missed ones that were granted and do not come are a gap after 5 s', () => {
  const { order, take, clock, shown, gaps } = rig();
  order.start();
  take(1);
  take(4);
  order.answered({ recovered: true, epoch: 1, seq: 4 });
  take(2);
  clock.advance(5_000);
  assert.deepEqual([shown, gaps], [['1/1', '1/2', '1/4'], [1]]);
});

test('an epoch that began anew: a gap of unknown size when history is gone, none when it follows', () => {
  const { order, take, shown, gaps } = rig();
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
  const { order, take, asked } = rig();
  order.start();
  take(5);
  take(3, 2);
  assert.deepEqual(asked.at(-1), { epoch: 2, seq: 0 });
});

test('a node that does not know where the room stands is no gap yet; the next message tells', () => {
  const { order, take, shown, gaps, asked } = rig();
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
  const { order, take, clock, gaps, asked } = rig();
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
  const { order, take, clock, gaps } = rig();
  order.start();
  take(1);
  take(4);
  clock.advance(10_000);
  assert.deepEqual(gaps, [2]);
});

test('without a connection nothing is a gap: it waits for the next one', () => {
  const made = rig();
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
  const { order, take, asked, shown } = rig();
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
  const made = rig();
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

/** A server that keeps the last `keep` messages, on a network that loses, repeats and swaps what is live. */
test('whatever the network does: in order, each once, and what is missing is told', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('push', 'push', 'lose', 'repeat', 'late') },
    { weight: 2, arbitrary: fc.constantFrom('cut', 'full', 'drained', 'tick') },
  );
  const property = fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 30 }), (steps, keep) => {
    const made = rig();
    const { order, take, clock, asked, shown, gaps } = made;
    let seq = 5;
    let late: number[] = [];
    const answerAll = (): void => {
      for (let question = asked.shift(); question !== undefined; question = asked.shift()) {
        const from = question.seq;
        const recovered = question.epoch === 1 && seq - from <= keep;
        order.answered({ recovered, epoch: 1, seq });
        if (recovered) for (let next = from + 1; next <= seq; next += 1) take(next);
      }
    };
    order.start();
    answerAll();
    const firstSeq = seq + 1;
    for (const name of steps) {
      if (name === 'push' || name === 'lose' || name === 'late' || name === 'repeat') seq += 1;
      if (name === 'push' || name === 'repeat') take(seq);
      if (name === 'repeat') take(Math.max(1, seq - 2));
      if (name === 'late') late.push(seq);
      if (name === 'cut') {
        order.cut();
        asked.length = 0;
        order.start();
      }
      if (name === 'full') made.accepts = false;
      if (name === 'drained') {
        made.accepts = true;
        order.askAgain();
      }
      if (name === 'tick') {
        for (const each of late) take(each);
        late = [];
        clock.advance(1_000);
      }
      if (seq % 3 !== 0) answerAll();
    }
    made.accepts = true;
    order.askAgain();
    answerAll();
    clock.advance(60_000);
    answerAll();
    seq += 1;
    take(seq);
    answerAll();
    clock.advance(60_000);
    const seqs = shown.map((place) => Number(place.split('/')[1]));
    for (const [index, value] of seqs.entries()) assert.ok(index === 0 || value > (seqs[index - 1] ?? 0), 'in order');
    assert.equal(seqs.at(-1), seq, 'the last one came');
    if (gaps.length === 0) assert.equal(seqs.length, seq - firstSeq + 1, 'no word of a gap, so all came');
    if (keep >= 80) assert.deepEqual(gaps, []);
    assert.equal(clock.pendingTimers(), 0);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('with a history that is long enough there is never a gap', () => {
  const step = fc.constantFrom('push', 'lose', 'cut', 'swap');
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const { order, take, asked, shown, gaps } = rig();
    let seq = 0;
    const answerAll = (): void => {
      for (let question = asked.shift(); question !== undefined; question = asked.shift()) {
        order.answered({ recovered: question.epoch === 1, epoch: 1, seq });
        for (let next = question.seq + 1; question.epoch === 1 && next <= seq; next += 1) take(next);
      }
    };
    order.start();
    answerAll();
    for (const name of steps) {
      if (name === 'cut') {
        order.cut();
        order.start();
        answerAll();
        continue;
      }
      seq += name === 'swap' ? 2 : 1;
      if (name !== 'lose') take(seq);
      if (name === 'swap') take(seq - 1);
      answerAll();
    }
    seq += 1;
    take(seq);
    answerAll();
    assert.deepEqual(gaps, []);
    assert.equal(shown.length, seq);
  });
  fc.assert(property, { numRuns: 2_000 });
});
