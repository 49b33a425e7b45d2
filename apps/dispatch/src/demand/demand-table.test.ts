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
    rooms: Object.entries(rooms).map(([roomId, encodings]) => ({ roomId, encodings })),
    ...more,
  };
}

test('the needs of a room are those of all its nodes together', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI }), 0);
  table.apply(demand('access-2', { 1000: PLAIN | ZLIB, 2000: PLAIN }), 0);
  assert.equal(table.needsOf('1000'), PLAIN | ZLIB | BROTLI);
  assert.equal(table.needsOf('2000'), PLAIN);
  assert.equal(table.needsOf('3000'), 0);
});

test('a node whose last member left no longer counts', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI }), 0);
  table.apply(demand('access-1', { 1000: 0 }), 0);
  assert.equal(table.needsOf('1000'), 0);
  assert.equal(table.rooms, 0);
});

test('a snapshot is the whole truth of its node and leaves others alone', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI, 2000: BROTLI }), 0);
  table.apply(demand('access-2', { 2000: PLAIN }), 0);
  table.apply(demand('access-1', { 1000: ZLIB }, { isSnapshot: true }), 0);
  assert.equal(table.needsOf('1000'), ZLIB);
  assert.equal(table.needsOf('2000'), PLAIN);
});

test('a silent node is forgotten after its time, one that speaks is kept', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI }), 0);
  table.apply(demand('access-2', { 1000: ZLIB }), 0);
  table.apply(demand('access-2', {}), 10_000);
  table.sweep(14_999);
  assert.equal(table.needsOf('1000'), BROTLI | ZLIB);
  table.sweep(15_000);
  assert.equal(table.needsOf('1000'), ZLIB);
});

test('word of an older run is ignored, a newer run replaces what the older one said', () => {
  const table = new DemandTable(15_000);
  table.apply(demand('access-1', { 1000: BROTLI }, { incarnation: 2 }), 0);
  table.apply(demand('access-1', { 1000: PLAIN }, { incarnation: 1 }), 0);
  assert.equal(table.needsOf('1000'), BROTLI);
  table.apply(demand('access-1', { 2000: PLAIN }, { incarnation: 3 }), 0);
  assert.equal(table.needsOf('1000'), 0);
  assert.equal(table.needsOf('2000'), PLAIN);
});
