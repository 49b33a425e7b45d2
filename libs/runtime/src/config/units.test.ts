import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';

test('durations are read with their unit', () => {
  const table = { '200ms': 200, '30s': 30_000, '1.5m': 90_000, '24h': 86_400_000, '7d': 604_800_000, '0': 0, '0s': 0 };
  for (const [text, ms] of Object.entries(table)) assert.equal(parseDuration(text), ms, text);
});

test('what is not a duration is not read', () => {
  for (const text of ['', '30', '-1s', '1 s', 's', '1S', '1w', '1e3ms', 'Infinitys', '0.1ms']) {
    assert.equal(parseDuration(text), undefined, text);
  }
});

test('sizes are read with their unit, in powers of 1024', () => {
  const table = { '512B': 512, '64KiB': 65_536, '8MiB': 8_388_608, '1GiB': 1_073_741_824, '0': 0 };
  for (const [text, bytes] of Object.entries(table)) assert.equal(parseSize(text), bytes, text);
  for (const text of ['64', '64KB', '64k', '0.3B']) assert.equal(parseSize(text), undefined, text);
});

test('what is shown reads back as the same', () => {
  for (const ms of [0, 1, 999, 1_000, 1_500, 90_000, 3_600_000]) assert.equal(parseDuration(formatDuration(ms)), ms);
  for (const bytes of [0, 1, 1_023, 65_536, 65_537]) assert.equal(parseSize(formatSize(bytes)), bytes);
  assert.equal(formatDuration(90_000), '90s');
  assert.equal(formatSize(65_536), '64KiB');
});
