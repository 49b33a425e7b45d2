import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownStateOf } from './operator-views.ts';

test('a node that takes nobody by itself is leaving, unless it was told to drain', () => {
  assert.equal(shownStateOf({ isLeaving: true, state: 'ejected' }), 'leaving');
  assert.equal(shownStateOf({ isLeaving: true, state: 'active' }), 'leaving');
  assert.equal(shownStateOf({ isLeaving: true, state: 'draining' }), 'draining');
  assert.equal(shownStateOf({ isLeaving: false, state: 'ejected' }), 'ejected');
});
