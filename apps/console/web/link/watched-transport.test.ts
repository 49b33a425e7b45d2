import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Line, LineEvents, Transport } from '@longwire/client';
import { watchedTransport } from './watched-transport.ts';
import type { Arrival } from './watched-transport.ts';

const NOTHING: Line = { send: () => undefined, close: () => undefined };

function open() {
  const arrivals: Arrival[] = [];
  const resumes: number[] = [];
  const sent: Uint8Array[] = [];
  let inner: LineEvents | undefined;
  let handed = 0;
  const transport: Transport = {
    addressOf: ({ ws }) => ws,
    open(_address, events) {
      inner = events;
      return { ...NOTHING, send: (bytes) => sent.push(bytes) };
    },
  };
  const line = watchedTransport(transport, {
    onArrival: (arrival) => arrivals.push(arrival),
    onResumes: (waiting) => resumes.push(waiting),
  }).open('ws://x', { onOpen: () => undefined, onFrames: () => (handed += 1), onClose: () => undefined });
  return {
    line,
    arrivals,
    resumes,
    sent,
    handed: () => handed,
    frame: (op: number, ver = 1, bytes = 10) =>
      inner?.onFrames({ ok: true, frames: [{ op, ver, seq: 1, body: new Uint8Array(bytes) }] }),
    end: () => inner?.onClose({ code: 1006, reason: '' }),
  };
}

function frameOf(op: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(8, op);
  return bytes;
}

test('counts frames that hold messages, with their size and encoding, and hands every frame on', () => {
  const { frame, arrivals, handed } = open();
  frame(5, 3, 120);
  frame(5, 2, 80);
  frame(5, 0, 40);
  frame(3);
  assert.deepEqual(arrivals, [
    { sizeBytes: 120, encoding: 'brotli' },
    { sizeBytes: 80, encoding: 'zlib' },
    { sizeBytes: 40, encoding: 'plain' },
  ]);
  assert.equal(handed(), 4);
});

test('a resume waits from op 22 to op 23, or to the end of its line', () => {
  const { line, frame, resumes, end, sent } = open();
  line.send(frameOf(22));
  frame(23);
  line.send(frameOf(22));
  line.send(frameOf(2));
  end();
  frame(23);
  assert.deepEqual(resumes, [1, 0, 1, 0]);
  assert.equal(sent.length, 3);
});
