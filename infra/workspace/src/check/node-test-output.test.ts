import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMissingRealThing, readTestOutput } from './node-test-output.ts';

const spec = `▶ s
  ✔ a (5.2ms)
  ﹣ b skipped (0.2ms) # needs nats-server: apt-get install nats-server
  ✖ c (0.3ms)
✖ s (7.8ms)
\u001B[34mℹ tests 3\u001B[39m
\u001B[34mℹ suites 1\u001B[39m
\u001B[34mℹ pass 1\u001B[39m
ℹ fail 1
ℹ cancelled 0
ℹ skipped 1
ℹ todo 0
`;

const tap = `TAP version 13
# Subtest: s
    ok 1 - a
    ok 2 - b # SKIP later
    not ok 3 - c
ok 1 - s
1..1
# tests 4
# pass 1
# fail 1
# cancelled 1
# skipped 1
# todo 0
`;

test('reads the spec reporter, coloured or not', () => {
  const counts = readTestOutput(spec);
  assert.deepEqual(
    { ...counts, failures: counts.failures.length },
    {
      summaries: 1,
      tests: 3,
      passed: 1,
      failed: 1,
      skips: [{ name: 'b skipped', reason: 'needs nats-server: apt-get install nats-server' }],
      failures: 2,
    },
  );
});

test('reads the tap reporter and counts a cancelled test as failed', () => {
  assert.deepEqual(readTestOutput(tap), {
    summaries: 1,
    tests: 4,
    passed: 1,
    failed: 2,
    skips: [{ name: 'b', reason: 'later' }],
    failures: ['c'],
  });
});

test('sums several runs of one output', () => {
  const counts = readTestOutput(spec + tap);
  assert.deepEqual([counts.summaries, counts.tests, counts.passed, counts.failed], [2, 7, 2, 3]);
});

test('a skip without a line of its own is still counted', () => {
  assert.equal(readTestOutput('ℹ tests 2\nℹ skipped 1\nℹ todo 1\n').skips.length, 2);
});

test('output that never reached a summary has none', () => {
  assert.equal(readTestOutput('SyntaxError: boom').summaries, 0);
});

test('only a missing server or browser is a missing real thing', () => {
  const isMissing = (reason: string) => isMissingRealThing({ name: 'x', reason });
  assert.deepEqual(
    ['needs nats-server', 'needs a real redis-server', 'needs chromium: none', 'needs more time', ''].map(isMissing),
    [true, true, true, false, false],
  );
});
