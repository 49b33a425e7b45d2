import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { eventually, settle } from '@longwire/testkit';
import { encodeJsonFrame, joinFrames, wrapCompressed } from '@longwire/wire';
import type { DecompressAsync } from '@longwire/wire';
import type { Arrival } from './receiver.ts';
import { Receiver } from './receiver.ts';
import { platformDecoder } from './decoders.ts';

const plain = (cmd: string) => encodeJsonFrame({ op: 5, ver: 0, seq: 0, value: { cmd } });
const batch = (...cmds: readonly string[]) => wrapCompressed(2, deflateSync(joinFrames(cmds.map(plain))));

function open(inflate: DecompressAsync) {
  const cmds: string[] = [];
  const arrivals: Arrival[] = [];
  const faults: string[] = [];
  const receiver = new Receiver({
    decompressors: { inflate },
    onFrame: (frame) => void (frame.kind === 'message' && cmds.push(frame.cmd)),
    onArrival: (arrival) => void arrivals.push(arrival),
    onFault: (detail) => void faults.push(detail),
  });
  return { receiver, cmds, arrivals, faults };
}

function realInflate(): DecompressAsync {
  const inflate = platformDecoder('deflate');
  assert.ok(inflate);
  return inflate;
}

test('compressed frames come out in their order, however long each takes', async () => {
  const inflate = realInflate();
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let count = 0;
  const { receiver, cmds } = open(async (bytes, maxBytes) => {
    await gates[count++]?.promise;
    return inflate(bytes, maxBytes);
  });
  receiver.take(batch('a', 'b'));
  receiver.take(joinFrames([batch('c'), batch('d')]));
  gates[1]?.resolve();
  await settle();
  assert.deepEqual(cmds, []);
  gates[0]?.resolve();
  await eventually(() => cmds.length === 4);
  assert.deepEqual(cmds, ['a', 'b', 'c', 'd']);
});

test('plain frames do not wait for compressed ones before them', () => {
  const { receiver, cmds } = open(() => new Promise(() => undefined));
  receiver.take(joinFrames([batch('slow'), plain('express')]));
  assert.deepEqual(cmds, ['express']);
});

test('counts frames, messages and the bytes they came in', async () => {
  const { receiver, arrivals } = open(realInflate());
  const bytes = batch('a', 'b', 'c');
  receiver.take(bytes);
  receiver.take(plain('d'));
  await eventually(() => arrivals.length === 2);
  assert.deepEqual(arrivals, [
    { sizeBytes: plain('d').length - 16, messages: 1, encoding: 'plain' },
    { sizeBytes: bytes.length - 16, messages: 3, encoding: 'zlib' },
  ]);
});

test('says when bytes make no sense, after what came before them', () => {
  const { receiver, cmds, faults } = open(realInflate());
  receiver.take(joinFrames([plain('a'), new Uint8Array(5)]));
  assert.deepEqual([cmds, faults.length], [['a'], 1]);
});
