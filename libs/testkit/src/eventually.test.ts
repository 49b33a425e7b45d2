import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  test('returns what the check returned once it stops throwing', async () => {
    let tries = 0;
    const value = await eventually(() => {
      tries += 1;
      if (tries < 3) throw new Error('not yet');
      return 'there';
    });
    assert.deepEqual([value, tries], ['there', 3]);
  });

  test('takes false as not yet', async () => {
    let tries = 0;
    await eventually(() => {
      tries += 1;
      return tries === 2;
    });
    assert.equal(tries, 2);
  });

  test('rejects with the last failure as cause when time is over', async () => {
    const failure = new Error('still wrong');
    await assert.rejects(
      eventually(() => Promise.reject(failure), { timeoutMs: 10, what: 'the door' }),
      (error: Error) => error.cause === failure && error.message.startsWith('the door did not come true within 10 ms'),
    );
  });
});
