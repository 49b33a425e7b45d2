import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bucketOf, createBucketRound, PRESENCE_BUCKETS } from './bucket.ts';
import { credentialKeys, requestKey, roomKeys, routeKeys } from './keys.ts';

const tagOf = (key: string): string | undefined => /\{([^}]+)\}/.exec(key)?.[1];

function assertOneSlot(keys: readonly string[]): void {
  assert.equal(new Set(keys.map(tagOf)).size, 1, keys.join(' '));
  assert.ok(keys.every((key) => key.startsWith('lw:')));
}

describe('keys', () => {
  test('of one script share one hash tag', () => {
    for (let index = 0; index < 200; index += 1) {
      const id = `id-${index}`;
      assertOneSlot(roomKeys(id));
      assertOneSlot(routeKeys('u', id));
    }
    assertOneSlot(credentialKeys);
  });

  test('of users and devices with the same id differ', () => {
    assert.notDeepEqual(routeKeys('u', 'same'), routeKeys('d', 'same'));
  });

  test('of idempotency keys hold nothing of the text the caller chose', () => {
    assert.match(requestKey('a}{b'), /^lw:\{i:[0-9a-f]{64}\}$/);
  });
});

describe('buckets', () => {
  test('stay where they are: the layout of stored data depends on it', () => {
    assert.deepEqual(
      ['1000', 'u42', 'room-7', ''].map((id) => bucketOf(id, PRESENCE_BUCKETS)),
      [19, 15, 34, 25],
    );
  });

  test('take about the same share of ids that count up', () => {
    const counts = new Map<number, number>();
    for (let index = 0; index < 6400; index += 1) {
      const bucket = bucketOf(String(100_000 + index), PRESENCE_BUCKETS);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    const sizes = [...counts.values()];
    assert.equal(sizes.length, PRESENCE_BUCKETS);
    assert.ok(Math.min(...sizes) > 50 && Math.max(...sizes) < 170, `${Math.min(...sizes)} to ${Math.max(...sizes)}`);
  });

  test('are all visited in each round, from another one on each time', () => {
    const nextRound = createBucketRound(4);
    assert.deepEqual(
      [nextRound(), nextRound()],
      [
        [1, 2, 3, 0],
        [2, 3, 0, 1],
      ],
    );
  });
});
