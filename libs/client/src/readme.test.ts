import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertReadmeTables } from '@longwire/testkit';
import { docTables } from '../test/doc-tables.ts';
import { DEAD_AFTER_MS, DOUBT_AFTER_MS } from './connection/heartbeat.ts';
import { DIAL_MS, RACE_AFTER_MS } from './connection/race.ts';
import { MAX_UNDECODED_BYTES } from './decode/receiver.ts';
import { MAX_UNTAKEN_BYTES, MAX_UNTAKEN_MESSAGES } from './delivery/inbox.ts';
import { MAX_HELD_BYTES } from './room/room-order.ts';
import { MAX_ROOM_UNTAKEN_BYTES, MAX_ROOMS } from './room/rooms.ts';
import { MAX_PENDING_SENDS } from './uplink.ts';

const readme = new URL('../README.md', import.meta.url);

test('the API tables of the README are the docstrings', () => {
  const tables = docTables();
  for (const table of Object.values(tables)) assert.ok(table.split('\n').length > 5, table);
  assertReadmeTables(readme, tables);
});

test('the bounds that the README names are those of the code', () => {
  const text = readFileSync(readme, 'utf8').replaceAll(/ +/g, ' ');
  const bounds: readonly [number, number, string][] = [
    [MAX_ROOM_UNTAKEN_BYTES, 1024 * 1024, 'have not taken | 1 MiB as sent'],
    [MAX_UNTAKEN_MESSAGES, 500, 'have not taken | 500, and 4 MiB'],
    [MAX_UNTAKEN_BYTES, 4 * 1024 * 1024, 'have not taken | 500, and 4 MiB'],
    [MAX_HELD_BYTES, 1024 * 1024, 'behind a hole | 1 MiB'],
    [MAX_UNDECODED_BYTES, 4 * 1024 * 1024, 'for a decoder | 4 MiB compressed'],
    [MAX_PENDING_SENDS, 100, 'without an answer | 100'],
    [MAX_ROOMS, 16, 'rooms | 16'],
    [DEAD_AFTER_MS, 10_000, '10 s after a heartbeat'],
    [DOUBT_AFTER_MS, 4_000, '4 s after a change of network'],
    [RACE_AFTER_MS, 1_000, 'node is dialled after 1 s'],
    [DIAL_MS, 8_000, 'given up after 8 s'],
  ];
  for (const [actual, expected, words] of bounds) {
    assert.equal(actual, expected, words);
    assert.ok(text.replaceAll('\n', ' ').includes(words), words);
  }
});
