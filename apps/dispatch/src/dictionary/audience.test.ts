import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODING_BITS } from '@longwire/domain';
import { dictionaryViewers, wantedEncodings } from './audience.ts';
import type { NodeAudience, WantedEncoding } from './audience.ts';

const { plain, zlib, brotli, dictionary } = ENCODING_BITS;

function node(encodings: number, viewers: readonly number[] = [], dictionaryIds: readonly number[] = []): NodeAudience {
  return { encodings, viewers, dictionaryIds };
}

const rows: readonly (readonly [string, readonly NodeAudience[], readonly WantedEncoding[]])[] = [
  ['nobody is known to be there: plain alone', [], [{ encoding: 'plain', viewers: 0 }]],
  [
    'each encoding once, with the viewers of all nodes',
    [node(plain | brotli, [2, 0, 3, 0]), node(brotli | zlib, [0, 1, 4, 0])],
    [
      { encoding: 'plain', viewers: 2 },
      { encoding: 'zlib', viewers: 1 },
      { encoding: 'brotli', viewers: 7 },
    ],
  ],
  [
    'a node that has the dictionary needs no brotli for those who take it',
    [node(dictionary, [0, 0, 0, 9], [7, 6])],
    [{ encoding: 'dictionary', viewers: 9 }],
  ],
  [
    'one that has not got it yet does',
    [node(dictionary, [0, 0, 0, 9], [7]), node(dictionary, [0, 0, 0, 5], [6])],
    [
      { encoding: 'brotli', viewers: 5 },
      { encoding: 'dictionary', viewers: 9 },
    ],
  ],
  [
    'one with members who were not sent it needs both',
    [node(dictionary | brotli, [0, 0, 0, 9], [7])],
    [
      { encoding: 'brotli', viewers: 0 },
      { encoding: 'dictionary', viewers: 9 },
    ],
  ],
];

for (const [name, nodes, expected] of rows) {
  test(name, () => assert.deepEqual(wantedEncodings(nodes, 7), expected));
}

test('without a dictionary all who could take one get brotli', () => {
  assert.deepEqual(wantedEncodings([node(dictionary | brotli, [0, 0, 2, 9])], 0), [
    { encoding: 'brotli', viewers: 11 },
  ]);
});

test('a node that does not say how many counts for none', () => {
  assert.equal(dictionaryViewers([node(dictionary), node(dictionary, [0, 0, 0, 3])]), 3);
});
