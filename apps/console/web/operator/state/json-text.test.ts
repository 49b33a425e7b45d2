import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indented, payloadFault } from './json-text.ts';

test('a payload is an object with a cmd, at most 64 KiB of UTF-8', () => {
  assert.equal(payloadFault('{"cmd":"X"}'), undefined);
  assert.deepEqual(payloadFault('[1]'), { kind: 'no-object' });
  assert.deepEqual(payloadFault('null'), { kind: 'no-object' });
  assert.deepEqual(payloadFault('{"cmd":7}'), { kind: 'no-cmd' });
  const payloadOf = (bytes: number): string => `{"cmd":"X","t":"${'é'.repeat((bytes - 18) / 2)}"}`;
  assert.equal(payloadFault(payloadOf(65_536)), undefined);
  assert.deepEqual(payloadFault(payloadOf(65_538)), { kind: 'too-large', bytes: 65_538 });
});

test('says in which line and column the text breaks', () => {
  const fault = payloadFault('{\n  "cmd": "X",\n  oops\n}');
  assert.deepEqual(fault, { kind: 'syntax', at: { line: 3, column: 3 } });
  const cut = payloadFault('{"cmd":');
  assert.ok(cut?.kind === 'syntax');
});

test('formats without touching a number or a string', () => {
  const text = '{"cmd":"a, {b}","n":9007199254740993,"x":1.50,"e":{},"l":[1,[]],"s":"\\"q\\""}';
  const pretty = indented(text);
  assert.match(pretty, /"n": 9007199254740993,\n/);
  assert.match(pretty, /"x": 1\.50/);
  assert.match(pretty, /"e": \{\},\n {2}"l": \[\n {4}1,\n {4}\[\]\n {2}\]/);
  assert.deepEqual(JSON.parse(pretty), JSON.parse(text));
  assert.equal(indented(pretty), pretty);
  assert.throws(() => indented('{'), SyntaxError);
});
