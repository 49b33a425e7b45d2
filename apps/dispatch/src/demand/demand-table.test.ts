import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DemandTable } from './demand-table.ts';

const PLAIN = 1;
const ZLIB = 2;
const BROTLI = 4;

function demand(nodeId: string, rooms: Readonly<Record<string, number>>, more = {}) {
  return {
    nodeId,
    incarnation: 1,
    isSnapshot: false,
    rooms: Object.entries(rooms).map(([roomId, encodings]) => ({ roomId, encodings, viewers: [], dictionaryIds: [] })),
    ...more,
  };
}

function needsOf(table: DemandTable, roomId: string): number {
  return table.audienceOf(roomId).reduce((needs, { encodings }) => needs | encodings, 0);
}

test('the needs of a room are those of all its nodes together', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI }), 0);
  table.apply(demand('access-2', { 1000: PLAIN | ZLIB, 2000: PLAIN }), 0);
  assert.equal(needsOf(table, '1000'), PLAIN | ZLIB | BROTLI);
  assert.equal(needsOf(table, '2000'), PLAIN);
  assert.equal(needsOf(table, '3000'), 0);
});

test('a node whose last member left no longer counts', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI }), 0);
  table.apply(demand('access-1', { 1000: 0 }), 0);
  assert.equal(needsOf(table, '1000'), 0);
  assert.equal(table.rooms, 0);
});

test('a snapshot is the whole truth of its node and leaves others alone', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI, 2000: BROTLI }), 0);
  table.apply(demand('access-2', { 2000: PLAIN }), 0);
  table.apply(demand('access-1', { 1000: ZLIB }, { isSnapshot: true }), 0);
  assert.equal(needsOf(table, '1000'), ZLIB);
  assert.equal(needsOf(table, '2000'), PLAIN);
});

test('a silent node is forgotten after its time, one that speaks is kept', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI }), 0);
  table.apply(demand('access-2', { 1000: ZLIB }), 0);
  table.apply(demand('access-2', {}), 10_000);
  table.sweep(14_999);
  assert.equal(needsOf(table, '1000'), BROTLI | ZLIB);
  table.sweep(15_000);
  assert.equal(needsOf(table, '1000'), ZLIB);
});

test('word of an older run is ignored, a newer run replaces what the older one said', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI }, { incarnation: 2 }), 0);
  table.apply(demand('access-1', { 1000: PLAIN }, { incarnation: 1 }), 0);
  assert.equal(needsOf(table, '1000'), BROTLI);
  table.apply(demand('access-1', { 2000: PLAIN }, { incarnation: 3 }), 0);
  assert.equal(needsOf(table, '1000'), 0);
  assert.equal(needsOf(table, '2000'), PLAIN);
});

test('how many take which encoding, and which dictionaries a node has, are kept as it said last', () => {
  const table = new DemandTable(15_000);
  const word = (viewers: number[], dictionaryIds: number[]) => ({
    ...demand('access-1', {}),
    rooms: [{ roomId: '1000', encodings: BROTLI, viewers, dictionaryIds }],
  });
  table.apply(word([0, 0, 3, 9], [7]), 0);
  table.apply(word([0, 0, 4, 9], [8, 7]), 0);
  assert.deepEqual(table.audienceOf('1000'), [{ encodings: BROTLI, viewers: [0, 0, 4, 9], dictionaryIds: [8, 7] }]);
  assert.deepEqual(table.audienceOf('2000'), []);
});
