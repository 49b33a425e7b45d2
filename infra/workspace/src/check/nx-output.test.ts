import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputOfTask } from './nx-output.ts';

const stream = `
> nx run nats:int

nats: ℹ tests 3
redis: ℹ tests 9
nats: ℹ pass 3
`;

const block = `
> nx run auth:lint  [local cache]

clean

> nx run auth:test

ℹ tests 2

 NX   Successfully ran
`;

test('takes the prefixed lines of the project', () => {
  assert.equal(outputOfTask(stream, 'nats:int'), 'ℹ tests 3\nℹ pass 3');
});

test('takes the block of the task where nothing is prefixed', () => {
  assert.equal(outputOfTask(block, 'auth:test').trim(), 'ℹ tests 2');
  assert.equal(outputOfTask(block, 'auth:lint').trim(), 'clean');
});

test('a task that printed nothing has no output', () => {
  assert.equal(outputOfTask(block, 'wire:test'), '');
});
