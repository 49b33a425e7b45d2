import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestProfile } from './profile-digest.ts';
import type { CpuProfile } from './profile-digest.ts';

const here = import.meta.url;

/** root > offer (ours) > write (Node's); each sample is 1 ms, the first at 10 ms. */
const profile: CpuProfile = {
  startTime: 10_000,
  nodes: [
    { id: 1, callFrame: { functionName: '(root)', url: '', lineNumber: -1 }, children: [2, 4] },
    { id: 2, callFrame: { functionName: 'offer', url: here, lineNumber: 6 }, children: [3] },
    { id: 3, callFrame: { functionName: 'write', url: 'node:net', lineNumber: 1 } },
    { id: 4, callFrame: { functionName: '(idle)', url: '', lineNumber: -1 } },
  ],
  samples: [3, 3, 2, 4, 3],
  timeDeltas: [1000, 1000, 1000, 1000, 1000],
};
const ALL = [{ startMs: 0, endMs: 100 }];

test('time is ranked by the function itself, idle time aside', () => {
  const { busyMs, self } = digestProfile(profile, ALL, 5);
  assert.equal(busyMs, 4);
  assert.deepEqual(
    self.map(({ where, ms, share }) => [where.split(' ')[0], ms, share]),
    [
      ['write', 3, 0.75],
      ['offer', 1, 0.25],
    ],
  );
});

test('what Node does for a function of ours is laid at its door, with file and line', () => {
  const { own } = digestProfile(profile, ALL, 5);
  assert.equal(own.length, 1);
  assert.match(own[0]?.where ?? '', /^offer e2e\/bench\/report\/profile-digest\.test\.ts:7$/);
  assert.equal(own[0]?.ms, 4);
});

test('only what was sampled while something was measured counts', () => {
  assert.equal(digestProfile(profile, [{ startMs: 10.5, endMs: 12.5 }], 5).busyMs, 2);
});
