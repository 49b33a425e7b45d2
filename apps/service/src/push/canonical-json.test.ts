import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson } from './canonical-json.ts';
import { parseBody } from './payload.ts';

const canonical = (text: string): string => canonicalJson(parseBody(text));

test('the order of fields makes no difference, at any depth', () => {
  assert.equal(
    canonical('{"b":[{"y":1,"x":{"d":null,"c":"é"}}],"a":true}'),
    '{"a":true,"b":[{"x":{"c":"é","d":null},"y":1}]}',
  );
  assert.equal(
    canonical('{"b":1,"__proto__":{"z":1,"y":2},"10":0,"9":0}'),
    canonical('{"9":0,"10":0,"__proto__":{"y":2,"z":1},"b":1}'),
  );
});

test('everything else does: lists, values, and numbers that a double cannot hold', () => {
  const texts = [
    '{"a":[1,2]}',
    '{"a":[2,1]}',
    '{"a":["1",2]}',
    '{"a":{"0":1,"1":2}}',
    '{"a":[1,2],"b":null}',
    '{"a":12345678901234567890}',
    '{"a":12345678901234567891}',
    '{"a":{}}',
    '{"a":[]}',
    '{"__proto__":{"a":1}}',
    '{"__proto__":{"a":2}}',
  ];
  assert.equal(new Set(texts.map(canonical)).size, texts.length);
});

test('a payload may be nested as deep as 64 KiB let it', () => {
  const deep = `{"b":1,"a":${'['.repeat(32_000)}${']'.repeat(32_000)}}`;
  assert.ok(canonical(deep).startsWith('{"a":[[['));
});
