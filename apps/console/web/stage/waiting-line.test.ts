import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_CROWD_WAITING, MAX_CROWD_WAIT_MS, MAX_FAVOURED_WAITING, WaitingLine } from './waiting-line.ts';
import type { StageItem } from './waiting-line.ts';

let key = 0;
function item(kind: StageItem['kind'], text = `${kind} ${key}`): StageItem {
  key += 1;
  return { key, text, color: '#fff', kind };
}

function drain(line: WaitingLine, nowMs = 0): string[] {
  const texts: string[] = [];
  for (let next = line.peek(nowMs); next !== undefined; next = line.peek(nowMs)) {
    texts.push(next.times > 1 ? `${next.text} x${next.times}` : next.text);
    line.take();
  }
  return texts;
}

test('own words go first, then gifts, then the crowd in its order', () => {
  const line = new WaitingLine();
  for (const [kind, text] of [
    ['crowd', 'a'],
    ['gift', 'g'],
    ['crowd', 'b'],
    ['own', 'me'],
  ] as const) {
    line.add(item(kind, text), 0);
  }
  assert.deepEqual(drain(line), ['me', 'g', 'a', 'b']);
});

test('a full line sheds the oldest of the crowd, and neither gifts nor own words', () => {
  const line = new WaitingLine();
  line.add(item('own', 'me'), 0);
  line.add(item('gift', 'g'), 0);
  for (let count = 0; count < MAX_CROWD_WAITING + 5; count += 1) line.add(item('crowd', `c${count}`), 0);
  assert.equal(line.shed, 5);
  assert.equal(line.pressure, 1);
  const texts = drain(line);
  assert.equal(texts.length, MAX_CROWD_WAITING + 2);
  assert.deepEqual(texts.slice(0, 3), ['me', 'g', 'c5']);
});

test('what the crowd said too long ago is shed; own words and gifts wait on', () => {
  const line = new WaitingLine();
  line.add(item('crowd', 'old'), 0);
  line.add(item('own', 'me'), 0);
  line.add(item('gift', 'g'), 0);
  line.add(item('crowd', 'new'), 1_000);
  assert.deepEqual(drain(line, MAX_CROWD_WAIT_MS + 1), ['me', 'g', 'new']);
  assert.equal(line.shed, 1);
});

test('equal texts of the crowd cross the stage once, with their number', () => {
  const line = new WaitingLine();
  for (const text of ['wow', 'hi', 'wow', 'wow']) line.add(item('crowd', text), 0);
  assert.deepEqual(drain(line), ['wow x3', 'hi']);
  assert.equal(line.shed, 0);
});

test('gifts are shed before own words, and both are bounded', () => {
  const line = new WaitingLine();
  line.add(item('gift', 'g'), 0);
  for (let count = 0; count < MAX_FAVOURED_WAITING; count += 1) line.add(item('own', `o${count}`), 0);
  assert.deepEqual([line.size, line.shed], [MAX_FAVOURED_WAITING, 1]);
  line.add(item('own', 'one more'), 0);
  assert.deepEqual([line.size, line.shed], [MAX_FAVOURED_WAITING, 2]);
  assert.equal(drain(line)[0], 'o1');
});
