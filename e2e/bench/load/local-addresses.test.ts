import assert from 'node:assert/strict';
import { platform } from 'node:os';
import { test } from 'node:test';
import { addressCount, firstAddressOf, localAddressOf } from './local-addresses.ts';

const skip = platform() !== 'linux' && 'Linux alone has all of 127.0.0.0/8';

test('an audience has an address for each 8,000 of its connections, and the next audience others', { skip }, () => {
  const of = (index: number, first = 0): string | undefined => localAddressOf(index, '127.0.0.1', first);
  assert.deepEqual(
    [0, 7999, 8000, 15_999].map((index) => of(index)),
    ['127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.2'],
  );
  assert.equal(addressCount(15_000), 2);
  assert.equal(of(0, addressCount(15_000)), '127.0.0.3');
  assert.equal(of(0, 255), '127.0.1.0');
});

test('addresses stay within the loopback network, however many have been used', { skip }, () => {
  const last = 2 ** 24 - 3;
  assert.equal(localAddressOf(0, '127.0.0.1', last), '127.255.255.254');
  assert.equal(localAddressOf(8000, '127.0.0.1', last), '127.0.0.1');
  for (const pid of [1, 65_535, 65_536, 4_194_304]) {
    assert.match(localAddressOf(0, '127.0.0.1', firstAddressOf(pid)) ?? '', /^127\.\d+\.\d+\.\d+$/);
  }
  assert.notEqual(firstAddressOf(1000), firstAddressOf(1001));
});

test('a server that is not on loopback is reached from whatever address the system chooses', () => {
  assert.equal(localAddressOf(0, '10.0.0.1', 0), undefined);
});
