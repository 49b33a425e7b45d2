import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { defineComponent } from '../component.ts';
import { createHealth } from '../health.ts';
import { createSilentLogger } from '../logger.ts';
import { beginProcessLife } from './process-life.ts';

/** Calls the listener that the life under test has added last; the test runner listens too and is to hear nothing. */
function signal(name: 'SIGINT' | 'SIGTERM'): void {
  process.listeners(name).at(-1)?.(name);
}

/** A process whose only part is told how long it may drain and stops when the test lets it. */
async function begin(t: TestContext, drainWithinMs?: number) {
  let nowMs = 5000;
  const exit = t.mock.method(process, 'exit', (() => undefined) as () => never);
  t.mock.method(performance, 'now', () => nowMs);
  // The watchdog stays armed after the end: with the real timer it would bite the test runner.
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const life = beginProcessLife({ logger: createSilentLogger(), health: createHealth(), drainWithinMs });
  const gate = Promise.withResolvers<void>();
  const drained: number[] = [];
  await life.start(
    defineComponent({
      name: 'part',
      drain: async (deadlineMs) => {
        drained.push(deadlineMs);
        await gate.promise;
      },
    }),
  );
  life.setStarted();
  const end = async (): Promise<void> => {
    gate.resolve();
    await life.end(0);
  };
  return { exit, drained, end, pass: (ms: number) => void (nowMs += ms) };
}

test('a second signal within a second is the echo of the first and forces nothing', async (t) => {
  const { exit, end, pass } = await begin(t);
  signal('SIGINT');
  signal('SIGTERM');
  pass(999);
  signal('SIGINT');
  assert.equal(exit.mock.callCount(), 0);
  await end();
});

test('a second signal after a second ends the process at once', async (t) => {
  const { exit, end, pass } = await begin(t);
  signal('SIGTERM');
  pass(1000);
  signal('SIGTERM');
  assert.deepEqual(exit.mock.calls[0]?.arguments, [1]);
  await end();
});

test('parts may drain for 5 s, or for as long as the app asks', async (t) => {
  for (const [asked, given] of [
    [undefined, 5000],
    [20_000, 20_000],
  ] as const) {
    const { drained, end } = await begin(t, asked);
    signal('SIGTERM');
    await end();
    assert.deepEqual(drained, [given]);
    t.mock.restoreAll();
    t.mock.timers.reset();
  }
});
