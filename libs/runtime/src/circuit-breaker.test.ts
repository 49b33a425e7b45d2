import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { createCircuitBreaker } from './circuit-breaker.ts';

function fixture() {
  const clock = fakeClock();
  const changes: string[] = [];
  const breaker = createCircuitBreaker({ clock, failures: 3, openMs: 500, onChange: (state) => changes.push(state) });
  const fail = (times: number): void => {
    for (let time = 0; time < times; time += 1) breaker.fail();
  };
  return { clock, breaker, changes, fail };
}

test('three failures in a row open it, two and an answer do not', () => {
  const { breaker, fail } = fixture();
  fail(2);
  breaker.succeed();
  fail(2);
  assert.equal(breaker.allow(), true);
  fail(1);
  assert.deepEqual([breaker.state, breaker.allow()], ['open', false]);
});

test('after 500 ms one call tries, the others go on hearing no, and its answer closes it', () => {
  const { clock, breaker, changes, fail } = fixture();
  fail(3);
  clock.advance(499);
  assert.equal(breaker.allow(), false);
  clock.advance(1);
  assert.deepEqual([breaker.allow(), breaker.allow()], [true, false]);
  breaker.succeed();
  assert.deepEqual([breaker.allow(), breaker.allow()], [true, true]);
  assert.deepEqual(changes, ['open', 'half-open', 'closed']);
});

test('a trial that fails keeps it open for as long again', () => {
  const { clock, breaker, fail } = fixture();
  fail(3);
  clock.advance(500);
  assert.equal(breaker.allow(), true);
  fail(1);
  clock.advance(499);
  assert.equal(breaker.allow(), false);
  clock.advance(1);
  assert.equal(breaker.allow(), true);
});

test('a trial whose outcome never comes does not block it for good', () => {
  const { clock, breaker, fail } = fixture();
  fail(3);
  clock.advance(500);
  assert.equal(breaker.allow(), true);
  clock.advance(500);
  assert.equal(breaker.allow(), true);
});

test('failures of calls that were under way when it opened do not put the trial off', () => {
  const { clock, breaker, fail } = fixture();
  fail(3);
  clock.advance(300);
  fail(20);
  clock.advance(200);
  assert.equal(breaker.allow(), true);
});
