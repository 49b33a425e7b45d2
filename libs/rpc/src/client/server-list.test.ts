import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { ServerList } from './server-list.ts';

const opened: ServerList[] = [];
after(() => opened.forEach((list) => list.close()));

function open(random = 0): ServerList {
  const list = new ServerList(['a:1', 'b:1', 'c:1'], { clock: fakeClock(), random: () => random });
  opened.push(list);
  return list;
}

const order = (list: ServerList): string =>
  list
    .inOrder()
    .map(({ address }) => address[0])
    .join('');

test('processes begin at different addresses and stay there', () => {
  assert.deepEqual([order(open(0)), order(open(0.4)), order(open(0.99))], ['abc', 'bca', 'cab']);
});

test('an address that failed comes last, the longest unfailed of them first', () => {
  const list = open();
  const [a, b, c] = list.inOrder();
  assert.ok(a && b && c);
  list.markDown(a);
  assert.equal(order(list), 'bca');
  list.markDown(b);
  list.markDown(c);
  assert.equal(order(list), 'abc');
  list.markDown(a);
  assert.equal(order(list), 'bca');
  list.markUp(a);
  assert.equal(order(list), 'abc');
});

test('there is one up only after it has said so', () => {
  const list = open();
  const [a] = list.inOrder();
  assert.ok(a);
  assert.equal(list.hasUp, false);
  list.markUp(a);
  assert.equal(list.hasUp, true);
  list.markDown(a);
  assert.equal(list.hasUp, false);
});
