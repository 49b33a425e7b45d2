import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SseParser } from './sse-parser.ts';
import type { SseEvent } from './sse-parser.ts';

const encoder = new TextEncoder();

function parse(...chunks: readonly (string | Uint8Array)[]): readonly SseEvent[] {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => parser.feed(typeof chunk === 'string' ? encoder.encode(chunk) : chunk));
}

const STREAM =
  ': ready\n\nid: 1-0\ndata: {"text":"你好"}\n\nevent: gap\r\ndata: a\r\ndata: b\r\n\r\nid: 2-0\rdata:c\r\r';
const EVENTS = [
  { type: 'message', data: '{"text":"你好"}', id: '1-0' },
  { type: 'gap', data: 'a\nb', id: '1-0' },
  { type: 'message', data: 'c', id: '2-0' },
];

test('reads events however the lines end', () => {
  assert.deepEqual(parse(STREAM), EVENTS);
});

test('reads the same events wherever the stream is cut, inside a character and a line end too', () => {
  const bytes = encoder.encode(STREAM);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    assert.deepEqual(parse(bytes.subarray(0, cut), bytes.subarray(cut)), EVENTS, `cut at ${cut}`);
  }
  assert.deepEqual(parse(...Array.from(bytes, (byte) => Uint8Array.of(byte))), EVENTS, 'byte by byte');
});

test('gives an event only when its empty line is there', () => {
  assert.deepEqual(parse('data: x\n'), []);
  assert.equal(parse('data: x\n', '\n').length, 1);
});

test('skips comments, unknown fields and events without data', () => {
  assert.deepEqual(parse(': hi\nretry: 5\nstrange\n\nevent: gap\n\n'), []);
});

test('takes off one blank behind the colon and no more', () => {
  assert.deepEqual(
    parse('data:  two\n\n').map(({ data }) => data),
    [' two'],
  );
});

test('refuses an event that never ends', () => {
  const parser = new SseParser();
  const chunk = encoder.encode('data: '.padEnd(600_000, 'x'));
  parser.feed(chunk);
  assert.throws(() => parser.feed(chunk), RangeError);
});
