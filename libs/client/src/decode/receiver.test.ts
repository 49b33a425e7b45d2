import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { eventually } from '@longwire/testkit';
import {
  encodeDictionary,
  encodeMessageFrame,
  encodeMessageFrames,
  encodeResumeReply,
  wrapCompressed,
  wrapDictionary,
} from '@longwire/wire';
import { testDecoders } from '../../test/test-decoders.ts';
import { readFrames } from '../codec/frames.ts';
import { MAX_UNDECODED_BYTES, Receiver } from './receiver.ts';
import type { ReceiverPorts } from './receiver.ts';

const encoder = new TextEncoder();

function body(cmd: string, lw: object): Uint8Array {
  return encoder.encode(JSON.stringify({ cmd, lw }));
}

function rig(ports: Partial<ReceiverPorts> = {}): { receiver: Receiver; got: string[]; faults: boolean[] } {
  const got: string[] = [];
  const faults: boolean[] = [];
  const receiver = new Receiver({
    decoders: testDecoders,
    onFrame: ({ op }, fields) => got.push(typeof fields['cmd'] === 'string' ? fields['cmd'] : `op ${op}`),
    onFault: (isCompression) => faults.push(isCompression),
    onBadBody: () => assert.fail(),
    onDropped: () => assert.fail(),
    ...ports,
  });
  return { receiver, got, faults };
}

test('room messages and op 23 wait for a batch before them, express messages and other replies do not', async () => {
  const { receiver, got } = rig();
  const room = { room: 'r', seq: 1, epoch: 1 };
  const batch = encodeMessageFrames([body('IN_BATCH', room), body('IN_BATCH_TOO', room)]);
  receiver.take(readFrames(wrapCompressed(3, brotliCompressSync(batch))));
  receiver.take(readFrames(encodeMessageFrame(body('ROOM', room))));
  receiver.take(readFrames(encodeResumeReply({ seq: 1, code: 0, recovered: true, epoch: 1, roomSeq: 1 })));
  receiver.take(readFrames(encodeMessageFrame(body('EXPRESS', { id: 'm', ack: true }))));
  assert.deepEqual(got, ['EXPRESS']);
  await eventually(() => got.length === 5);
  assert.deepEqual(got, ['EXPRESS', 'IN_BATCH', 'IN_BATCH_TOO', 'ROOM', 'op 23']);
});

test('while the decoder loads at most 4 MiB wait; what is dropped is told when the rest is through', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let unpacked = 0;
  let dropped = 0;
  const { receiver } = rig({
    decoders: {
      brotli: async () => {
        await promise;
        unpacked += 1;
        return encodeMessageFrame(body('X', {}));
      },
    },
    onDropped: () => void (dropped += 1),
  });
  const frame = wrapCompressed(3, new Uint8Array(1_000_000));
  for (let n = 0; n < 10; n += 1) receiver.take(readFrames(frame));
  resolve();
  await eventually(() => dropped === 1);
  assert.equal(unpacked, Math.floor(MAX_UNDECODED_BYTES / 1_000_000));
});

test('compressed frames in compressed frames are a fault', async () => {
  const { receiver, faults, got } = rig();
  const inner = wrapCompressed(3, brotliCompressSync(encodeMessageFrame(body('X', {}))));
  receiver.take(readFrames(wrapCompressed(3, brotliCompressSync(inner))));
  await eventually(() => faults.length === 1);
  assert.deepEqual([faults, got], [[true], []]);
});

interface Vector {
  readonly name: string;
  readonly before?: string;
  readonly hex: string;
  readonly frames: readonly { readonly json: { readonly lw: { readonly seq: number } } }[];
}

function dictionaryVectors(): readonly Vector[] {
  const url = new URL('../../../../protos/vectors/batches.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(url, 'utf8')) as { vectors: readonly Vector[] };
  return vectors.filter(({ name }) => name.startsWith('dictionary'));
}

for (const { name, before = '', hex, frames } of dictionaryVectors()) {
  test(`batches that go on from a dictionary come out in order: ${name}`, async () => {
    const seqs: number[] = [];
    const { receiver, faults } = rig({ onFrame: (_, { lw }) => seqs.push((lw as { seq: number }).seq) });
    receiver.take(readFrames(Buffer.from(before, 'hex')));
    receiver.take(readFrames(Buffer.from(hex, 'hex')));
    const expected = frames.map(({ json }) => json.lw.seq);
    await eventually(() => seqs.length === expected.length);
    assert.deepEqual([seqs, faults], [expected, []]);
  });
}

test('a dictionary that was never sent is a fault, and so is one that is none', async () => {
  for (const bytes of [
    Buffer.from(dictionaryVectors()[0]?.hex ?? '', 'hex'),
    wrapDictionary(brotliCompressSync(Buffer.alloc(9))),
    wrapDictionary(Buffer.from('no brotli')),
  ]) {
    const { receiver, faults, got } = rig();
    receiver.take(readFrames(bytes));
    await eventually(() => faults.length === 1);
    assert.deepEqual([faults, got], [[true], []]);
  }
});

test('a dictionary is never dropped, however much waits', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let dropped = 0;
  const seen: number[] = [];
  const { receiver } = rig({
    decoders: {
      brotli: async (bytes) => {
        await promise;
        seen.push(bytes.length);
        return bytes.length === 9
          ? encodeDictionary({ id: 1, roomId: 'r', skipBytes: 0, prefix: Uint8Array.of(1) })
          : encodeMessageFrame(body('X', {}));
      },
    },
    onDropped: () => void (dropped += 1),
  });
  const frame = wrapCompressed(3, new Uint8Array(1_000_000));
  for (let n = 0; n < 10; n += 1) receiver.take(readFrames(frame));
  receiver.take(readFrames(wrapDictionary(new Uint8Array(9))));
  resolve();
  await eventually(() => dropped === 1);
  assert.equal(seen.at(-1), 9);
});

test('a newer server may send ops and bodies that are not known', () => {
  const { receiver, faults, got } = rig();
  const frame = encodeMessageFrame(encoder.encode('not json'));
  new DataView(frame.buffer).setUint32(8, 99);
  receiver.take(readFrames(frame));
  assert.deepEqual([faults, got], [[], []]);
});
