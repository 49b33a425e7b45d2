import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodingOfProtover } from './encoding.ts';
import { trustedId } from './ids.ts';
import type { DeviceId, UserId } from './ids.ts';
import { principalOf } from './session.ts';
import { addresseeKey, addresseesOf } from './target.ts';

test('the addressees of a target are named once each', () => {
  const user = trustedId<UserId>('42');
  const keys = addresseesOf({ kind: 'user', userIds: [user, trustedId<UserId>('43'), user] }).map(addresseeKey);
  assert.deepEqual(keys, ['user:42', 'user:43']);
  const device = addresseesOf({ kind: 'device', deviceIds: [trustedId<DeviceId>('d1')] }).map(addresseeKey);
  assert.deepEqual(device, ['device:d1']);
});

test('a guest is told apart by device and cannot be taken for a user of the same name', () => {
  const deviceId = trustedId<DeviceId>('42');
  assert.notEqual(principalOf({ userId: null, deviceId }), principalOf({ userId: trustedId<UserId>('42'), deviceId }));
});

test('protover 4 is brotli with a dictionary, 3 is brotli, 2 is zlib and anything below is plain', () => {
  assert.deepEqual([0, 1, 2, 3, 4].map(encodingOfProtover), ['plain', 'plain', 'zlib', 'brotli', 'dictionary']);
});
