import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecencyList } from './recency-list.ts';
import type { Recent } from './recency-list.ts';

interface Item extends Recent<Item> {
  readonly name: string;
}

function itemsOf(...names: string[]): Item[] {
  return names.map((name) => ({ name, older: null, newer: null }));
}

function namesIn(list: RecencyList<Item>): string {
  let names = '';
  for (let item = list.oldest; item !== null; item = item.newer) names += item.name;
  return names;
}

test('what is used goes to the end, wherever it was', () => {
  const list = new RecencyList<Item>();
  const [a, b, c] = itemsOf('a', 'b', 'c') as [Item, Item, Item];
  for (const item of [a, b, c]) list.touch(item);
  assert.equal(namesIn(list), 'abc');
  list.touch(a);
  assert.equal(namesIn(list), 'bca');
  list.touch(c);
  assert.equal(namesIn(list), 'bac');
  list.touch(c);
  assert.equal(namesIn(list), 'bac');
});

test('what is removed is gone, from any place, and can come again', () => {
  const list = new RecencyList<Item>();
  const [a, b, c] = itemsOf('a', 'b', 'c') as [Item, Item, Item];
  for (const item of [a, b, c]) list.touch(item);
  list.remove(b);
  assert.equal(namesIn(list), 'ac');
  list.remove(b);
  assert.equal(namesIn(list), 'ac', 'a second time is nothing');
  list.remove(c);
  list.remove(a);
  assert.equal(list.oldest, null);
  list.touch(b);
  assert.equal(namesIn(list), 'b');
});

test('like a map that each used key is taken out of and put into again', () => {
  const list = new RecencyList<Item>();
  const items = itemsOf('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  const model = new Map<string, Item>();
  let state = 12_345;
  for (let step = 0; step < 2000; step += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const item = items[state % items.length] as Item;
    model.delete(item.name);
    if (state % 5 === 0) {
      list.remove(item);
    } else {
      list.touch(item);
      model.set(item.name, item);
    }
    assert.equal(namesIn(list), [...model.keys()].join(''));
  }
});
