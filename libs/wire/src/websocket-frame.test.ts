import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildWsFrame, encodeWsHeader, wsHeaderBytes } from './websocket-frame.ts';

const boundaries = [
  { sizeBytes: 0, header: '8200' },
  { sizeBytes: 1, header: '8201' },
  { sizeBytes: 125, header: '827d' },
  { sizeBytes: 126, header: '827e007e' },
  { sizeBytes: 65535, header: '827effff' },
  { sizeBytes: 65536, header: '827f0000000000010000' },
];

for (const { sizeBytes, header } of boundaries) {
  test(`a payload of ${sizeBytes} bytes gets the header ${header}`, () => {
    assert.equal(Buffer.from(encodeWsHeader(sizeBytes)).toString('hex'), header);
    assert.equal(wsHeaderBytes(sizeBytes), header.length / 2);
    const payload = new Uint8Array(sizeBytes).map((_, index) => index);
    const message = buildWsFrame(payload);
    assert.deepEqual(message.subarray(0, header.length / 2), encodeWsHeader(sizeBytes));
    assert.deepEqual(message.subarray(header.length / 2), payload);
  });
}

test('a length above 32 bits is written whole', () => {
  assert.equal(Buffer.from(encodeWsHeader(2 ** 33 + 5)).toString('hex'), '827f0000000200000005');
});
