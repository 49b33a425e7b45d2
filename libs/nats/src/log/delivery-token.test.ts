import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDeliveryToken } from './delivery-token.ts';

test('reads what a server of 2.9 and what newer ones say', () => {
  const expected = { streamSeq: 12, consumerSeq: 3, pending: 7 };
  assert.deepEqual(readDeliveryToken('$JS.ACK.LOG.oc_1.1.12.3.1700000000000000000.7'), expected);
  assert.deepEqual(readDeliveryToken('$JS.ACK.hub.ABCDEF.LOG.oc_1.1.12.3.1700000000000000000.7.rnd'), expected);
  assert.deepEqual(readDeliveryToken('$JS.ACK._.ABCDEF.LOG.oc_1.1.12.3.1700000000000000000.7'), expected);
});

test('takes nothing else for one', () => {
  for (const reply of [undefined, '', '_INBOX.x', '$JS.ACK.LOG.oc_1.1.x.3.17.7', '$JS.FC.LOG.oc_1.a.b.c.d.e']) {
    assert.equal(readDeliveryToken(reply), undefined);
  }
});
