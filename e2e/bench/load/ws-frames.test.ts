import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAnswer } from './http-lane.ts';
import { clientWsFrame, readWsFrame, serverWsFrame, WS_BINARY, WS_TEXT } from './ws-frames.ts';

const span = { opcode: 0, start: 0, end: 0 };

test('server messages of every length form are found, one behind the other', () => {
  for (const size of [0, 125, 126, 65_535, 65_536]) {
    const frame = serverWsFrame(Buffer.alloc(size, 1), WS_TEXT);
    const two = Buffer.concat([frame, frame]);
    assert.ok(readWsFrame(two, 0, span));
    assert.deepEqual([span.opcode, span.end - span.start, span.end], [WS_TEXT, size, frame.length]);
    assert.ok(readWsFrame(two, span.end, span));
    assert.equal(span.end, two.length);
  }
});

test('a message that is not all there yet is left for the next read', () => {
  const frame = serverWsFrame(Buffer.alloc(70_000), WS_BINARY);
  for (const size of [0, 1, 2, 5, 9, 10, frame.length - 1])
    assert.equal(readWsFrame(frame.subarray(0, size), 0, span), false);
});

test('client messages are masked with zero and bounded', () => {
  const frame = clientWsFrame(Buffer.from('hi'), WS_BINARY);
  assert.deepEqual([...frame], [0x82, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
  assert.equal(clientWsFrame(Buffer.alloc(300), WS_BINARY).length, 308);
  assert.throws(() => clientWsFrame(Buffer.alloc(70_000), WS_BINARY), RangeError);
});

test('an HTTP answer is read when its whole body is there', () => {
  const text = 'HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\n{"a"';
  assert.equal(parseAnswer(text.slice(0, 30)), undefined);
  assert.equal(parseAnswer(text.slice(0, -1)), undefined);
  assert.deepEqual(parseAnswer(text), { status: 202, body: '{"a"' });
});
