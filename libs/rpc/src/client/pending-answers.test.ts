import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { PendingAnswers } from './pending-answers.ts';

function open() {
  const clock = fakeClock();
  let silences = 0;
  const answers = new PendingAnswers<string>({ clock, timeoutMs: 3_000, onSilence: () => (silences += 1) });
  return { clock, answers, silences: () => silences };
}

test('answers go to the requests in the order these were sent', async () => {
  const { answers } = open();
  const asked = [answers.add(), answers.add()];
  answers.settleFirst('one');
  answers.settleFirst('two');
  answers.settleFirst('of nobody');
  assert.deepEqual(await Promise.all(asked), ['one', 'two']);
});

test('silence is measured for the oldest request, also when others are answered meanwhile', () => {
  const { clock, answers, silences } = open();
  void answers.add();
  clock.advance(2_000);
  void answers.add();
  clock.advance(500);
  answers.settleFirst('one');
  clock.advance(2_499);
  assert.equal(silences(), 0);
  clock.advance(1);
  assert.equal(silences(), 1);
});

test('what is abandoned ends as undefined and leaves no timer', async () => {
  const { clock, answers } = open();
  const asked = [answers.add(), answers.add()];
  answers.abandon();
  assert.deepEqual(await Promise.all(asked), [undefined, undefined]);
  assert.equal(clock.pendingTimers(), 0);
  assert.equal(answers.size, 0);
});
