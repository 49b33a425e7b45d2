import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoomCursor } from './room-cursor.ts';

function cursorAt(seq?: number) {
  const shown: string[] = [];
  const cursor = new RoomCursor<string>(({ message }) => shown.push(message));
  const receive = (each: number, epoch = 1) =>
    cursor.receive({ position: { epoch, seq: each }, message: `${epoch}/${each}` });
  if (seq !== undefined) {
    receive(seq);
    shown.length = 0;
  }
  return { cursor, shown, receive };
}

test('the first message sets the place, copies are dropped, the next is shown', () => {
  const { shown, receive } = cursorAt();
  assert.deepEqual(
    [7, 7, 6, 8].map((seq) => receive(seq)),
    ['shown', 'copy', 'copy', 'shown'],
  );
  assert.deepEqual(shown, ['1/7', '1/8']);
});

test('a hole is asked for, and what was held is shown once, with the missed before it', () => {
  const { cursor, shown, receive } = cursorAt(1);
  assert.equal(receive(4), 'resume');
  assert.equal(receive(5), 'held');
  assert.equal(cursor.finishResume({ code: 0, recovered: true, epoch: 1, seq: 5 }), undefined);
  for (const seq of [2, 3, 4, 5, 6]) receive(seq);
  assert.deepEqual(shown, ['1/2', '1/3', '1/4', '1/5', '1/6']);
});

test('what is gone is a gap up to the place the server names; held messages are shown', () => {
  const { cursor, shown, receive } = cursorAt(1);
  receive(4);
  const gap = cursor.finishResume({ code: 0, recovered: false, epoch: 1, seq: 4 });
  assert.deepEqual(gap, { after: { epoch: 1, seq: 1 }, upTo: { epoch: 1, seq: 4 } });
  assert.equal(receive(5), 'shown');
  assert.deepEqual(shown, ['1/4', '1/5']);
});

test('a refused resume is a gap up to the newest held; without any there is none', () => {
  const { cursor, receive } = cursorAt(1);
  receive(4);
  assert.deepEqual(cursor.finishResume({ code: -503, recovered: false, epoch: 0, seq: 0 })?.upTo, { epoch: 1, seq: 4 });
  cursor.beginResume();
  assert.equal(cursor.finishResume({ code: -503, recovered: false, epoch: 0, seq: 0 }), undefined);
});

test('a higher epoch is asked about, a lower one is late', () => {
  const { cursor, receive } = cursorAt(9);
  assert.equal(receive(1, 2), 'resume');
  cursor.finishResume({ code: 0, recovered: false, epoch: 2, seq: 1 });
  assert.deepEqual([receive(10, 1), receive(2, 2)], ['copy', 'shown']);
});

test('held messages of a connection that ended are forgotten: they come again', () => {
  const { cursor, shown, receive } = cursorAt(1);
  receive(3);
  cursor.forgetHeld();
  receive(2);
  assert.deepEqual(shown, ['1/2']);
});
