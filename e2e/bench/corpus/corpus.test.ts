import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { createCorpus } from './corpus.ts';
import type { MessageForm } from './corpus.ts';

function take(form: MessageForm, count: number, seed = 1): readonly string[] {
  const corpus = createCorpus({ seed, form });
  return Array.from({ length: count }, () => corpus.next());
}

function meanBytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length;
}

function compressedShare(texts: readonly string[], perBatch: number): number {
  let bytes = 0;
  for (let start = 0; start < texts.length; start += perBatch) {
    const batch = Buffer.from(texts.slice(start, start + perBatch).join('\n'));
    bytes += brotliCompressSync(batch, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;
  }
  return bytes / texts.length / meanBytes(texts);
}

test('a seed gives the same barrage each time, another seed another', () => {
  assert.deepEqual(take('rich', 30), take('rich', 30));
  assert.notDeepEqual(take('lean', 30, 1), take('lean', 30, 2));
});

test('every message is an object with a cmd and its number in the run', () => {
  for (const form of ['lean', 'rich', 'frame'] as const) {
    const corpus = createCorpus({ seed: 1, form, firstNumber: 500 });
    for (let index = 0; index < 300; index += 1) {
      const { cmd, n } = JSON.parse(corpus.next()) as { cmd: unknown; n: unknown };
      assert.equal(typeof cmd, 'string');
      assert.equal(n, 500 + index);
    }
  }
});

test('lean messages are about 140 bytes, rich ones 1.8 KB, frames 1 KB with their framing', () => {
  const [lean, rich] = [meanBytes(take('lean', 3000)), meanBytes(take('rich', 3000))];
  assert.ok(lean > 125 && lean < 155, String(lean));
  assert.ok(rich > 1650 && rich < 1950, String(rich));
  for (const text of take('frame', 100)) assert.equal(Buffer.byteLength(text), 940);
});

test('it compresses as a real room does: neither noise nor the same line over and over', () => {
  const [lean, rich] = [compressedShare(take('lean', 4000), 20), compressedShare(take('rich', 4000), 20)];
  assert.ok(lean > 0.33 && lean < 0.39, String(lean));
  assert.ok(rich > 0.12 && rich < 0.16, String(rich));
});
