import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPresenceLog } from './check-presence.ts';
import type { LoggedEvent, RealPresence } from './check-presence.ts';

const ENTER: LoggedEvent = { type: 'room.enter', roomId: 'r', deviceId: 'd' };
const LEAVE: LoggedEvent = { ...ENTER, type: 'room.leave' };
const IN: RealPresence = { deviceId: 'd', rooms: ['r'], longAbsences: 0, isStillIn: true };
const GONE: RealPresence = { ...IN, isStillIn: false };

test('one enter and one leave for one visit', () => {
  assert.deepEqual(checkPresenceLog([ENTER], [IN]), []);
  assert.deepEqual(checkPresenceLog([ENTER, LEAVE], [GONE]), []);
});

test('a long absence may be a leave and an enter, or none', () => {
  const away = { ...IN, longAbsences: 1 };
  assert.deepEqual(checkPresenceLog([ENTER, LEAVE, ENTER], [away]), []);
  assert.deepEqual(checkPresenceLog([ENTER], [away]), []);
});

for (const [what, log, real] of [
  ['an enter that never came', [], IN],
  ['a second enter', [ENTER, ENTER], IN],
  ['a leave that never came', [ENTER], GONE],
  ['a second leave', [ENTER, LEAVE, LEAVE], GONE],
  ['a leave of one who is there', [ENTER, LEAVE], IN],
  ['a leave and an enter for a short absence', [ENTER, LEAVE, ENTER], IN],
  ['somebody who was never there', [ENTER, { ...ENTER, deviceId: 'e' }], IN],
] as const) {
  test(`catches ${what}`, () => assert.equal(checkPresenceLog(log, [real]).length, 1));
}
