import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderRig } from '../../test/order-rig.ts';

/** A server that keeps the last `keep` messages, on a network that loses, repeats and swaps what is live. */
test('whatever the network does: in order, each once, and what is missing is told', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('push', 'push', 'lose', 'repeat', 'late') },
    { weight: 2, arbitrary: fc.constantFrom('cut', 'full', 'drained', 'tick') },
  );
  const property = fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 30 }), (steps, keep) => {
    const made = orderRig();
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
    const { order, take, asked, shown, gaps } = orderRig();
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
