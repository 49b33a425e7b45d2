import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { createConnectLimits } from './connect-limits.ts';

function fixture(rates: { readonly totalRate?: number; readonly addressRate?: number; readonly keyRate?: number }) {
  const clock = fakeClock();
  const limited: string[] = [];
  let step = 0;
  const limits = createConnectLimits({
    totalRate: 0,
    addressRate: 0,
    keyRate: 0,
    ...rates,
    clock,
    random: () => {
      step += 1;
      return (step * 0.618_034) % 1;
    },
    onLimited: (limit) => limited.push(limit),
  });
  /** The time to wait, or 0 when it was let through. */
  const waitOf = (take: () => void): number => {
    try {
      take();
      return 0;
    } catch (caught) {
      assert.ok(caught instanceof AppError && caught.code === 'rate-limited');
      return caught.retryAfterMs ?? 0;
    }
  };
  return { clock, limits, limited, waitOf };
}

test('a herd from many addresses is let in at the rate, the others wait for times that spread over what it takes', () => {
  const { limits, limited, waitOf } = fixture({ totalRate: 100 });
  const waits = Array.from({ length: 1200 }, (_, index) => waitOf(() => limits.takeForAddress(`10.0.0.${index}`)));
  const refused = waits.filter((waitMs) => waitMs > 0);
  assert.equal(refused.length, 1000);
  assert.deepEqual(new Set(limited), new Set(['all']));
  const seconds = new Set(refused.map((waitMs) => Math.ceil(waitMs / 1000)));
  assert.ok(seconds.size >= 8, `as Retry-After: ${[...seconds].join()}`);
  assert.ok(Math.max(...refused) <= 12_000);
});

test('an address that asks too often is refused by itself and leaves the rate of all to the others', () => {
  const { limits, limited, waitOf } = fixture({ totalRate: 10, addressRate: 1 });
  for (let ask = 0; ask < 100; ask += 1) waitOf(() => limits.takeForAddress('a'));
  assert.deepEqual(new Set(limited), new Set(['address']));
  for (let index = 0; index < 18; index += 1)
    assert.equal(
      waitOf(() => limits.takeForAddress(`b${index}`)),
      0,
    );
  assert.ok(waitOf(() => limits.takeForAddress('c')) > 0);
});

test('two callers refused together with one key are not told the same time', () => {
  const { limits, limited, waitOf } = fixture({ keyRate: 1 });
  const waits = Array.from({ length: 4 }, () => waitOf(() => limits.takeForKey('k')));
  assert.deepEqual(waits.slice(0, 2), [0, 0]);
  assert.notEqual(waits[2], waits[3]);
  assert.deepEqual(limited, ['key', 'key']);
});
