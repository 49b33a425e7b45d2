import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closingLine, tallyOf } from './tally.ts';
import type { StepResult } from './tally.ts';

function tests(output: string, exitCode = 0): StepResult {
  return { name: 'x:test', kind: 'tests', exitCode, output };
}

function closing(steps: readonly StepResult[], isCi = false): string {
  return closingLine(tallyOf(steps, isCi));
}

test('a check counts once, passed or failed', () => {
  const check = (exitCode: number): StepResult => ({ name: 'format', kind: 'check', exitCode, output: '' });
  assert.equal(closing([check(0), check(0), check(1)]), '2 passed, 1 failed');
});

test('each test counts', () => {
  assert.equal(closing([tests('ℹ tests 5\nℹ pass 3\nℹ fail 2\n', 1)]), '3 passed, 2 failed');
});

test('a run without tests fails', () => {
  assert.equal(closing([tests('ℹ tests 0\nℹ pass 0\n')]), '0 passed, 1 failed');
});

test('a run that dies before its summary fails', () => {
  assert.equal(closing([tests('SyntaxError', 1)]), '0 passed, 1 failed');
});

test('a run that exits non-zero although every test passed fails', () => {
  assert.equal(closing([tests('ℹ tests 1\nℹ pass 1\n', 1)]), '1 passed, 1 failed');
});

test('a skip is shown, and in CI a missing server is a failure', () => {
  const output = '﹣ a (0.1ms) # needs redis-server\nℹ tests 2\nℹ pass 1\nℹ skipped 1\n';
  assert.equal(closing([tests(output)]), '1 passed, 0 failed, 1 skipped');
  assert.equal(closing([tests(output)], true), '1 passed, 1 failed');
});
