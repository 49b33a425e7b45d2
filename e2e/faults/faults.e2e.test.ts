import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { skipWithout } from '@longwire/testkit/servers';
import { failuresOf } from './report.ts';
import { FaultSuite, SCENARIOS } from './suite.ts';

const MAX_SEED = 2 ** 31;
const skip = (await skipWithout('nats-server')) || (await skipWithout('redis-server'));

/** The fault suite in its short form: what `npm run faults` plays with thousands of clients for minutes. */
describe('under faults', { skip }, () => {
  const seed = Math.floor(Math.random() * MAX_SEED);
  let suite: FaultSuite;

  before(async () => {
    suite = await FaultSuite.open({ seed, isShort: true, note: (text) => process.stderr.write(`${text}\n`) });
  });
  after(() => suite?.close());

  for (const scenario of SCENARIOS) {
    test(`${scenario.about} (${scenario.name})`, async () => {
      const result = await suite.play(scenario);
      assert.deepEqual(failuresOf([result]), [], `seed ${seed}`);
    });
  }
});
