import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClassifier } from './message-class.ts';

const classify = createClassifier({
  keepCmds: ['SEND_GIFT', 'GUARD*', 'SUPER_CHAT*'],
  lowCmds: ['LIKE*', 'ENTER', 'GUARD_LIKE'],
});
const classOf = (payload: object): string => classify(Buffer.from(JSON.stringify(payload)));

test('a cmd is kept or first to go by its name, or by how it begins; all others are in between', () => {
  assert.deepEqual(
    ['SEND_GIFT', 'GUARD_BUY', 'SUPER_CHAT_MESSAGE', 'LIKE_CLICK', 'ENTER', 'ENTERED', 'DANMU_MSG', 'GUARD_LIKE'].map(
      (cmd) => classOf({ cmd }),
    ),
    ['keep', 'keep', 'keep', 'low', 'low', 'normal', 'normal', 'keep'],
  );
});

test('the cmd is found wherever it stands, and only at the top', () => {
  assert.equal(classOf({ text: 'x'.repeat(500), cmd: 'SEND_GIFT' }), 'keep');
  assert.equal(classOf({ data: { cmd: 'SEND_GIFT' }, cmd: 'ENTER' }), 'low');
  assert.equal(classOf({ data: { cmd: 'SEND_GIFT' } }), 'normal');
});

test('what is no object does no harm', () => {
  for (const text of ['', '[', 'null', '{"cmd":1}', '\u{fffd}']) assert.equal(classify(Buffer.from(text)), 'normal');
});
