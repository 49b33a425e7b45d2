import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock, settle } from '@longwire/testkit';
import { composeComponents } from './compose-components.ts';
import type { RecordingOptions } from './recording-component.fixture.ts';
import { recordingComponent } from './recording-component.fixture.ts';

const { signal } = new AbortController();

function compose(options: { readonly b?: RecordingOptions; readonly c?: RecordingOptions } = {}) {
  const journal: string[] = [];
  const clock = fakeClock();
  const parts = [
    recordingComponent('a', journal),
    recordingComponent('b', journal, options.b),
    recordingComponent('c', journal, options.c),
  ];
  return { journal, clock, whole: composeComponents('whole', parts, { clock, stopStepMs: 2_000 }) };
}

test('parts start in order, drain and stop in reverse order', async () => {
  const { whole, journal, clock } = compose();
  await whole.start(signal);
  await whole.drain?.(1_000);
  await whole.stop();
  assert.deepEqual(journal.slice(0, 3), ['start a', 'start b', 'start c']);
  assert.deepEqual(journal.slice(3, 6), ['drain c', 'drain b', 'drain a']);
  assert.deepEqual(journal.slice(6), ['stop c', 'stop b', 'stop a']);
  assert.equal(clock.pendingTimers(), 0);
});

test('a failed start stops what had started, the failed part first, and rejects with its error', async () => {
  const { whole, journal } = compose({ b: { failsOn: 'start' } });
  await assert.rejects(whole.start(signal), /^Error: b broke$/);
  assert.deepEqual(journal, ['start a', 'start b', 'stop b', 'stop a']);
});

test('stopping after a failed start stops no part twice', async () => {
  const { whole, journal } = compose({ b: { failsOn: 'start' } });
  await assert.rejects(whole.start(signal));
  await whole.stop();
  await whole.stop();
  assert.deepEqual(journal.toSorted(), ['start a', 'start b', 'stop a', 'stop b', 'stop c']);
});

test('an abort between two starts undoes the first', async () => {
  const journal: string[] = [];
  const controller = new AbortController();
  const first = recordingComponent('a', journal);
  const aborting = { ...first, start: async () => controller.abort(new Error('called off')) };
  const whole = composeComponents('whole', [aborting, recordingComponent('b', journal)]);
  await assert.rejects(whole.start(controller.signal), /called off/);
  assert.deepEqual(journal, ['stop a']);
});

test('a part that fails to stop does not keep the others from stopping, and the failure is told', async () => {
  const { whole, journal } = compose({ b: { failsOn: 'stop' } });
  await whole.start(signal);
  await assert.rejects(whole.stop(), (error) => {
    assert(error instanceof AggregateError);
    assert.match(error.message, /whole did not stop cleanly/);
    assert.deepEqual(
      error.errors.map((fault: Error) => fault.message),
      ['stop of b failed'],
    );
    return true;
  });
  assert.deepEqual(journal.slice(3), ['stop c', 'stop b', 'stop a']);
});

test('a part that hangs in stop is left behind after its deadline', async () => {
  const { whole, journal, clock } = compose({ c: { hangsOn: 'stop' } });
  await whole.start(signal);
  const stopped = assert.rejects(whole.stop(), AggregateError);
  await settle();
  assert.deepEqual(journal.slice(3), ['stop c']);
  await clock.advanceAsync(2_000);
  await stopped;
  assert.deepEqual(journal.slice(3), ['stop c', 'stop b', 'stop a']);
  assert.equal(clock.pendingTimers(), 0);
});

test('a part that hangs in drain uses up the deadline of all and drain still resolves', async () => {
  const { whole, journal, clock } = compose({ c: { hangsOn: 'drain' } });
  await whole.start(signal);
  const drained = whole.drain?.(500);
  await clock.advanceAsync(500);
  await drained;
  assert.deepEqual(journal.slice(3), ['drain c', 'drain b', 'drain a']);
});
