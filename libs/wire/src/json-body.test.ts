import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
import type { Frame } from './frame.ts';
import { encodeJsonFrame, encodeTextFrame, readJson, readJsonObject, readText } from './json-body.ts';

function onlyFrame(bytes: Uint8Array): Frame {
  const { frames } = decodeFrames(bytes, SERVER_FRAME_LIMITS);
  assert.equal(frames.length, 1);
  return frames[0] as Frame;
}

test('any text comes back from a frame, however many bytes its characters take', () => {
  const wellFormed = fc.string({ unit: 'binary', maxLength: 400 }).filter((text) => !text.startsWith('\ufeff'));
  fc.assert(
    fc.property(wellFormed, (text) => {
      const frame = onlyFrame(encodeTextFrame({ op: 12, ver: 1, seq: 4, text }));
      assert.equal(readText(frame.body), text);
      assert.deepEqual({ ...frame, body: null }, { op: 12, ver: 1, seq: 4, body: null });
    }),
  );
});

test('texts around and above the scratch space are whole too', () => {
  for (const length of [2729, 2730, 2731, 2732, 8192, 50_000]) {
    const text = '你'.repeat(length);
    assert.equal(readText(onlyFrame(encodeTextFrame({ op: 5, ver: 0, seq: 0, text })).body), text);
  }
});

test('a frame does not change when the next one is encoded', () => {
  const first = encodeJsonFrame({ op: 8, ver: 1, seq: 1, value: { code: 0 } });
  encodeJsonFrame({ op: 8, ver: 1, seq: 1, value: { code: -101, more: 'xxxxxxxx' } });
  assert.deepEqual(readJsonObject(onlyFrame(first).body), { code: 0 });
});

test('what is not UTF-8 or not JSON is undefined, never thrown', () => {
  assert.equal(readText(Uint8Array.of(0xc3, 0x28)), undefined);
  assert.equal(readJson('{"a":'), undefined);
  assert.equal(readJson('['.repeat(4096)), undefined);
});

test('only a JSON object is an object', () => {
  const read = (text: string) => readJsonObject(new TextEncoder().encode(text));
  for (const text of ['null', '[]', '1', '"x"', 'true', '']) assert.equal(read(text), undefined, text);
  assert.deepEqual(read(' {"a":1}\n'), { a: 1 });
});
