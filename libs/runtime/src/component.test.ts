import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineComponent } from './component.ts';
import { recordingComponent } from './recording-component.fixture.ts';

const { signal } = new AbortController();

test('stopping twice runs the stop step once and both calls wait for it', async () => {
  const release = Promise.withResolvers<void>();
  let stops = 0;
  const component = defineComponent({
    name: 'door',
    stop: async () => {
      stops += 1;
      await release.promise;
    },
  });
  const outcomes = [component.stop(), component.stop()];
  release.resolve();
  await Promise.all(outcomes);
  assert.equal(stops, 1);
});

test('leaving an `await using` block stops the component', async () => {
  const journal: string[] = [];
  {
    await using component = recordingComponent('a', journal);
    await component.start(signal);
  }
  assert.deepEqual(journal, ['start a', 'stop a']);
});

test('a component that was never started can be stopped', async () => {
  const journal: string[] = [];
  await recordingComponent('a', journal).stop();
  assert.deepEqual(journal, ['stop a']);
});

test('a second start and a start after the stop are refused', async () => {
  const component = defineComponent({ name: 'door' });
  await component.start(signal);
  await assert.rejects(component.start(signal), /door can be started only once/);
  const stopped = defineComponent({ name: 'door' });
  await stopped.stop();
  await assert.rejects(stopped.start(signal), /door can be started only once/);
});

test('a start with an aborted signal rejects without running the step', async () => {
  const journal: string[] = [];
  const reason = new Error('called off');
  await assert.rejects(recordingComponent('a', journal).start(AbortSignal.abort(reason)), reason);
  assert.deepEqual(journal, []);
});

test('a step that throws at once rejects like one that rejects', async () => {
  const component = defineComponent({
    name: 'door',
    stop: () => {
      throw new Error('stuck');
    },
  });
  await assert.rejects(component.stop(), /stuck/);
});
