import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@longwire/testkit';
import type { Message } from '../message.ts';
import { Mailbox } from './mailbox.ts';

function message(cmd: string, roomId: string | null = null): Message {
  return { cmd, payload: {}, lane: 'bulk', roomId, id: null, place: null };
}

test('a listener gets what it asked for', () => {
  const mailbox = new Mailbox(() => assert.fail());
  const got: string[] = [];
  const listen = (name: string, cmds: readonly string[], roomId?: string): void =>
    void mailbox.add({ cmds, roomId, handler: ({ cmd }) => void got.push(`${name}:${cmd}`) });
  listen('a', ['A']);
  listen('ab', ['A', 'B']);
  listen('all', ['*']);
  listen('room', ['*'], 'r');
  for (const each of [message('A'), message('B', 'r'), message('C', 's')]) mailbox.offer(each, () => undefined);
  assert.deepEqual(got, ['a:A', 'ab:A', 'all:A', 'ab:B', 'all:B', 'room:B', 'all:C']);
});

test('one message at a time and in order, and no listener waits for another', async () => {
  const mailbox = new Mailbox(() => assert.fail());
  const gates: (() => void)[] = [];
  const slow: string[] = [];
  const fast: string[] = [];
  mailbox.add({
    cmds: ['*'],
    roomId: undefined,
    handler: ({ cmd }) => {
      slow.push(cmd);
      return new Promise<void>((resolve) => gates.push(resolve));
    },
  });
  mailbox.add({ cmds: ['*'], roomId: undefined, handler: ({ cmd }) => void fast.push(cmd) });
  const done: string[] = [];
  for (const cmd of ['A', 'B', 'C']) mailbox.offer(message(cmd), () => done.push(cmd));
  assert.deepEqual([slow, fast, done], [['A'], ['A', 'B', 'C'], []]);
  gates.shift()?.();
  await settle();
  assert.deepEqual([slow, done], [['A', 'B'], ['A']]);
});

test('what waits for a listener that is removed counts as taken', async () => {
  const mailbox = new Mailbox(() => assert.fail());
  const remove = mailbox.add({ cmds: ['A'], roomId: undefined, handler: () => new Promise(() => undefined) });
  let done = 0;
  for (let n = 0; n < 3; n += 1) mailbox.offer(message('A'), () => (done += 1));
  remove();
  await settle();
  assert.equal(done, 2);
});

test('one that throws or rejects is named to the caller, and goes on with the next message', async () => {
  const errors: unknown[] = [];
  const mailbox = new Mailbox((error) => errors.push(error));
  mailbox.add({
    cmds: ['A'],
    roomId: undefined,
    handler: () => {
      throw new TypeError('at once');
    },
  });
  mailbox.add({ cmds: ['A'], roomId: undefined, handler: () => Promise.reject(new TypeError('later')) });
  const failures: number[] = [];
  mailbox.offer(message('A'), (failed) => failures.push(failed.length));
  mailbox.offer(message('A'), (failed) => failures.push(failed.length));
  await settle();
  await settle();
  assert.deepEqual([failures, errors.length], [[2, 2], 4]);
});

test('without a listener it is done at once', () => {
  let done = 0;
  new Mailbox(() => assert.fail()).offer(message('A'), () => (done += 1));
  assert.equal(done, 1);
});
