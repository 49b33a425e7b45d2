import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock, settle } from '@longwire/testkit';
import { TurnQueue } from './turn-queue.ts';

test('jobs run in order at the end of the turn, those they enqueue behind them', async () => {
  const ran: string[] = [];
  const turns = new TurnQueue({ clock: fakeClock(), budgetMs: 10, onFault: () => undefined });
  turns.enqueue(() => {
    ran.push('first');
    turns.enqueue(() => ran.push('third'));
  });
  turns.enqueue(() => ran.push('second'));
  assert.deepEqual(ran, []);
  await Promise.resolve();
  assert.deepEqual(ran, ['first', 'second', 'third']);
});

test('jobs that take longer than the budget let the event loop breathe', async () => {
  const clock = fakeClock();
  const turns = new TurnQueue({ clock, budgetMs: 10, onFault: () => undefined });
  let ran = 0;
  for (let index = 0; index < 5; index += 1) {
    turns.enqueue(() => {
      clock.advance(6);
      ran += 1;
    });
  }
  await Promise.resolve();
  assert.equal(ran, 2);
  await settle();
  await settle();
  assert.equal(ran, 5);
});

test('a job that throws is reported and the next one runs', async () => {
  const faults: unknown[] = [];
  const turns = new TurnQueue({ clock: fakeClock(), budgetMs: 10, onFault: (fault) => faults.push(fault) });
  turns.enqueue(() => {
    throw new Error('broken');
  });
  await turns.passed();
  assert.equal(faults.length, 1);
  assert.equal(turns.waiting, 0);
});

test('thousands of jobs in a row are all run once', async () => {
  let ran = 0;
  const turns = new TurnQueue({ clock: fakeClock(), budgetMs: 10, onFault: () => undefined });
  for (let index = 0; index < 5000; index += 1) turns.enqueue(() => (ran += 1));
  await turns.passed();
  assert.equal(ran, 5000);
});
