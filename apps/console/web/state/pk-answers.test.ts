import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_ANSWERS, withAnswer } from './pk-answers.ts';
import type { PkAnswers } from './pk-answers.ts';

test('an answer that comes again replaces the one before', () => {
  assert.deepEqual(withAnswer(withAnswer({}, 'i1', false), 'i1', true), { i1: 'accepted' });
});

test('of more than fifty answers the oldest are forgotten', () => {
  let answers: PkAnswers = {};
  for (let invite = 1; invite <= MAX_ANSWERS + 2; invite += 1) answers = withAnswer(answers, `i${invite}`, false);
  assert.equal(Object.keys(answers).length, MAX_ANSWERS);
  assert.deepEqual([answers['i2'], answers['i3'], answers[`i${MAX_ANSWERS + 2}`]], [undefined, 'declined', 'declined']);
});
