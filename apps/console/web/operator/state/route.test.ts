import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf, PAGES, routeOf } from './route.ts';

test('every page is found by the hash that leads to it, with an id of any letters', () => {
  for (const page of PAGES) assert.equal(routeOf(hashOf(page)).page, page);
  assert.equal(routeOf(hashOf('rooms', 'a:b.c/d')).id, 'a:b.c/d');
  assert.equal(routeOf(hashOf('push', '', { kind: 'room', ids: '1 2' })).query.get('ids'), '1 2');
});

test('a hash that leads nowhere is the overview', () => {
  for (const hash of ['', '#', '#/', '#/nowhere', '#nodes/%']) assert.ok(PAGES.includes(routeOf(hash).page));
  assert.equal(routeOf('#/nowhere').page, 'overview');
  assert.equal(routeOf('#/rooms/%E0%A4%A').id, '');
});
